"""The types that are answered by one labelled level: ordinal, binary, choice."""

from __future__ import annotations

from typing import Any

from django import forms

from rubrics.criteria.base import Answer, CriterionType, StoredAnswer
from rubrics.models import Criterion, Level


class LevelType(CriterionType):
    has_levels = True

    def form_field(self, criterion: Criterion) -> forms.Field:
        return LevelField(levels=list(criterion.levels.all()))

    def read(self, criterion: Criterion, cleaned: Any) -> Answer | None:
        if not isinstance(cleaned, Level):
            return None
        return Answer(number=float(cleaned.value), level=cleaned)

    def show(self, criterion: Criterion, answer: StoredAnswer) -> str:
        return answer.level.label if answer.level else ""

    def initial(self, answer: StoredAnswer) -> Any:
        return answer.level.key if answer.level else None

    def problems(self, criterion: Criterion) -> list[str]:
        levels = criterion.levels.all()
        if len(levels) < 2:
            return [f"“{criterion.title}” needs at least two levels. Add them."]
        return [
            f"“{criterion.title}”, level {level.value}: write a label."
            for level in levels
            if not level.label.strip()
        ]

    def categories(self, criterion: Criterion) -> list[float] | None:
        return [float(level.value) for level in criterion.levels.all()]


class LevelField(forms.ChoiceField):
    """Radio buttons, one per level; cleans to the Level itself."""

    widget = forms.RadioSelect

    def __init__(self, *, levels: list[Level], **kwargs: Any) -> None:
        self.levels = {level.key: level for level in levels}
        choices = [(level.key, level.label) for level in levels]
        super().__init__(choices=choices, required=False, **kwargs)

    def clean(self, value: Any) -> Level | None:
        return self.levels.get(super().clean(value))


class Ordinal(LevelType):
    name = "ordinal"
    label = "Ordered levels"
    measurement = "ordinal"


class Binary(LevelType):
    name = "binary"
    label = "Yes or no"
    measurement = "nominal"

    def problems(self, criterion: Criterion) -> list[str]:
        if len(criterion.levels.all()) != 2:
            return [f"“{criterion.title}” is a yes-or-no criterion: give it exactly two levels."]
        return super().problems(criterion)


class Choice(LevelType):
    name = "choice"
    label = "One of several"
    measurement = "nominal"
