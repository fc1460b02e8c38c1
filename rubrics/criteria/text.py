from __future__ import annotations

from typing import Any

from django import forms

from rubrics.criteria.base import Answer, CriterionType, StoredAnswer
from rubrics.models import Criterion

LONGEST = 10_000


class Text(CriterionType):
    """Free text; agreement is never computed on prose."""

    name = "text"
    label = "Free text"
    limits = ("min_length", "max_length")

    def form_field(self, criterion: Criterion) -> forms.Field:
        settings = criterion.settings
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": 3}),
            min_length=settings.get("min_length"),
            max_length=settings.get("max_length", LONGEST),
            required=False,
        )

    def read(self, criterion: Criterion, cleaned: Any) -> Answer | None:
        return Answer(text=cleaned) if cleaned else None

    def show(self, criterion: Criterion, answer: StoredAnswer) -> str:
        return answer.text

    def initial(self, answer: StoredAnswer) -> Any:
        return answer.text
