"""What operators and leads find in admin about people, flags, releases and late submits."""

from tasks.admin import flags, parked, people, releases

__all__ = ["flags", "parked", "people", "releases"]
