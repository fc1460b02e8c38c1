"""The types that are answered by a number: scale and count."""

from __future__ import annotations

from typing import Any

from django import forms

from rubrics.criteria.base import Answer, CriterionType, StoredAnswer
from rubrics.models import Criterion

# The largest whole number up to which a float holds every one exactly.
LARGEST_EXACT = 2**53


class NumberType(CriterionType):
    limits = ("min", "max")
    default_low: float
    default_high: float | None

    def bounds(self, criterion: Criterion) -> tuple[float, float | None]:
        """Return the lowest and highest number allowed; no highest means no upper bound."""
        low = criterion.settings.get("min", self.default_low)
        high = criterion.settings.get("max", self.default_high)
        return low, high

    def read(self, criterion: Criterion, cleaned: Any) -> Answer | None:
        return None if cleaned is None else Answer(number=float(cleaned))

    def show(self, criterion: Criterion, answer: StoredAnswer) -> str:
        return "" if answer.number is None else f"{answer.number:g}"

    def problems(self, criterion: Criterion) -> list[str]:
        low, high = self.bounds(criterion)
        if not _is_number(low) or not (high is None or _is_number(high)):
            return [f"“{criterion.title}”: the bounds must be numbers."]
        if high is not None and low >= high:
            return [f"“{criterion.title}”: the lowest number must be below the highest."]
        return []


class Scale(NumberType):
    name = "scale"
    label = "Number on a scale"
    measurement = "interval"
    default_low = 0.0
    default_high = 100.0

    def form_field(self, criterion: Criterion) -> forms.Field:
        low, high = self.bounds(criterion)
        return forms.FloatField(min_value=low, max_value=high, required=False)


class Count(NumberType):
    name = "count"
    label = "Whole number"
    measurement = "ratio"
    default_low = 0
    default_high = None

    def form_field(self, criterion: Criterion) -> forms.Field:
        low, high = self.bounds(criterion)
        highest = LARGEST_EXACT if high is None else min(int(high), LARGEST_EXACT)
        return forms.IntegerField(min_value=int(low), max_value=highest, required=False)

    def problems(self, criterion: Criterion) -> list[str]:
        found = super().problems(criterion)
        if not found and self.bounds(criterion)[0] < 0:
            return [f"“{criterion.title}”: a count begins at 0 or above."]
        return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
