"""What the tests of drafts type, and how they save it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tasks.actions import save_draft
from tasks.models import Assignment, Draft

LONG_AGO = timezone.now() - timedelta(days=31)
TYPED = {"quality": ["level_2"], "quality-why": ["A smear over the left half."]}


def save(held: Assignment, sequence: int = 1, typed: dict[str, list[str]] = TYPED) -> Draft:
    return save_draft(actor=held.evaluator, assignment=held, sequence=sequence, typed=typed)
