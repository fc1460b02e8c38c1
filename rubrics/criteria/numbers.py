"""The types that are answered by a number: scale and count."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from rubrics.criteria.base import Answer, Asked, CriterionType, StoredAnswer
from rubrics.criteria.settings import LARGEST_EXACT, Setting
from rubrics.models import Criterion
from rubrics.spec import CriterionSpec


class NumberType(CriterionType):
    noun: ClassVar[str]

    def bounds(self, criterion: Criterion | CriterionSpec) -> tuple[float, float | None]:
        """Return the lowest and highest number allowed; no highest means no upper bound."""
        return self.setting(criterion, "min"), self.setting(criterion, "max")

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        return None if cleaned is None else Answer(number=float(cleaned))

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        return "" if answer.number is None else spell_number(answer.number)

    def answer_rule(self, criterion: Criterion) -> str:
        low, high = self.bounds(criterion)
        if high is None:
            return f"{self.noun}, {spell_number(low)} or more."
        return f"{self.noun} from {spell_number(low)} to {spell_number(high)}."

    def problems(self, criterion: CriterionSpec) -> list[str]:
        if found := super().problems(criterion):
            return found
        low, high = self.bounds(criterion)
        if high is not None and low >= high:
            return [f"“{criterion.title}”: the lowest number must be below the highest."]
        return []

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        low, high = self.bounds(criterion)
        return float(low), float("inf") if high is None else float(high)


class Scale(NumberType):
    name = "scale"
    label = "Number on a scale"
    help = "Set a slider or type a number; nothing is set beforehand."
    noun = "A number"
    measurement = "interval"
    settings = (
        Setting("min", "Lowest", "number", default=0),
        Setting("max", "Highest", "number", default=100),
    )

    def form_field(self, asked: Asked) -> forms.Field:
        low, high = self.bounds(asked.criterion)
        return forms.FloatField(min_value=low, max_value=high, required=False)


class Count(NumberType):
    name = "count"
    label = "Whole number"
    help = "Count something and type how many."
    noun = "A whole number"
    measurement = "ratio"
    settings = (
        Setting("min", "Lowest", "whole", default=0, least=0),
        Setting("max", "Highest", "whole", default=None, help="Left empty there is no limit."),
    )

    def form_field(self, asked: Asked) -> forms.Field:
        low, high = self.bounds(asked.criterion)
        highest = LARGEST_EXACT if high is None else min(int(high), LARGEST_EXACT)
        return forms.IntegerField(min_value=int(low), max_value=highest, required=False)


def spell_number(number: float) -> str:
    """Return a number for reading, with a true minus sign."""
    return f"{number:g}".replace("-", "−")
