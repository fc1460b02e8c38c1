"""What operators and leads find in admin about people, flags and late submits."""

from tasks.admin import flags, parked, people

__all__ = ["flags", "parked", "people"]
