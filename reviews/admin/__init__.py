"""The QA pages of reviewers, and the late submits that leads decide."""

from reviews.admin import audits, parked

__all__ = ["audits", "parked"]
