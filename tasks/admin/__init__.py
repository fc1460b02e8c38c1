"""What operators and leads find in admin about people, flags, releases and late submits."""

from tasks.admin import flags, inbox, parked, people, releases

__all__ = ["flags", "inbox", "parked", "people", "releases"]
