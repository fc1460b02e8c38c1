"""The QA pages of reviewers."""

from reviews.admin import audits

__all__ = ["audits"]
