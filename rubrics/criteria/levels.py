"""The types that are answered by one labelled level: ordinal, binary, confidence."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from rubrics.criteria.base import Answer, Asked, CriterionType, StoredAnswer
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion, Level
from rubrics.spec import CriterionSpec, LevelSpec

UNSURE = "unsure"


@dataclass(frozen=True)
class Chosen:
    """The key of the level that is chosen; `other` is the level that asks for text beside it."""

    key: str | None
    other: str = ""
    text: str = ""


class LevelType(CriterionType):
    has_levels = True
    levels_are = "levels"
    least_levels = 2

    @property
    def template(self) -> str:
        return "rubrics/criteria/_levels.html"

    def form_field(self, asked: Asked) -> forms.Field:
        return LevelField(levels=list(asked.criterion.levels.all()))

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        if not isinstance(cleaned, Level):
            return None
        return Answer(number=float(cleaned.value), level=cleaned)

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        return answer.level.label if answer.level else ""

    def initial(self, asked: Asked, answer: StoredAnswer) -> Any:
        return answer.level.key if answer.level else None

    def controls(self, asked: Asked, value: Any) -> Chosen:
        return Chosen(value)

    def missing(self, criterion: Criterion) -> str:
        return "choose an answer"

    def categories(self, criterion: Criterion) -> list[float] | None:
        left_out = self.unmeasured_levels(criterion)
        return [float(level.value) for level in criterion.levels.all() if level.key not in left_out]


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
    help = "Choose one of some levels that stand in an order."
    measurement = "ordinal"
    is_voted_on = True
    votes_are_ordered = True

    def vote(self, criterion: Criterion, answer: StoredAnswer) -> Hashable:
        values = sorted(level.value for level in criterion.levels.all())
        return values.index(answer.level.value) if answer.level else None


class Binary(LevelType):
    name = "binary"
    label = "Yes or no"
    help = "Choose one of two answers; a third level with the key “unsure” may stand beside them."
    measurement = "nominal"
    is_voted_on = True
    settings = (
        Setting(
            "defect",
            "Answer that is the defect",
            "level",
            default="",
            help="The key of the answer that says something is wrong.",
            change="clarifying",
        ),
    )

    def problems(self, criterion: CriterionSpec) -> list[str]:
        counted = [level for level in criterion.levels if level.key != UNSURE]
        if len(counted) != 2:
            return [
                f"“{criterion.title}” is a yes-or-no criterion: give it exactly two levels. "
                "A third one may have the key “unsure”."
            ]
        return super().problems(criterion)

    def unmeasured_levels(self, criterion: Criterion) -> list[str]:
        return [UNSURE]


class Confidence(LevelType):
    """How sure the evaluator is of the judgment as a whole; one per rubric."""

    name = "confidence"
    label = "Confidence"
    help = "Say how sure one is of the whole judgment: once, in three steps."
    measurement = "ordinal"
    may_be_per_image = False
    usual_levels: ClassVar[tuple[LevelSpec, ...]] = (
        LevelSpec(1, "A guess", "I had to guess; another person may see it otherwise.", "guess"),
        LevelSpec(2, "Fairly sure", "I would say the same again.", "fairly_sure"),
        LevelSpec(3, "Sure", "I can point at what decides it.", "sure"),
    )
