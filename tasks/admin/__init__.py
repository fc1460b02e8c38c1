"""What operators and leads find in admin about people, flags, feedback and releases."""

from tasks.admin import flags, inbox, people, releases

__all__ = ["flags", "inbox", "people", "releases"]
