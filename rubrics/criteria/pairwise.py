from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django import forms

from rubrics.criteria.base import Answer, Asked, CriterionType, StoredAnswer
from rubrics.criteria.parts import key_for
from rubrics.criteria.settings import Setting
from rubrics.models import Criterion
from rubrics.spec import CriterionSpec

BOTH_BAD = "both_bad"
TIE_WORDS = "About the same"
BOTH_BAD_WORDS = "Both are bad"
# How much better, from the least on, for each number of steps to one side.
STRENGTHS = {
    1: ("better",),
    2: ("slightly better", "much better"),
    3: ("slightly better", "better", "much better"),
}


@dataclass(frozen=True)
class Side:
    """One answer as a radio button; `number` is the one stored, whatever the sides shown."""

    index: int
    key: str
    value: str
    label: str
    number: int | None
    is_chosen: bool


class Pairwise(CriterionType):
    """Which of two images is better, and how much.

    What is sent is in terms of the sides shown: negative for the left. What is stored is in
    terms of the task: negative where the image with the lower position is better, 0 for a tie,
    no number where both are bad.
    """

    name = "pairwise"
    label = "One image against another"
    help = "Say which of two images is better."
    measurement = "ordinal"
    is_voted_on = True
    may_be_per_image = False
    settings = (
        Setting(
            "steps",
            "Steps",
            "choice",
            default=3,
            choices=(
                (2, "2: one or the other"),
                (3, "3: one, the same, the other"),
                (5, "5: much and slightly"),
                (7, "7: much, plainly and slightly"),
            ),
        ),
        Setting("ties", "Offer “about the same” (from 3 steps on)", "flag", default=True),
        Setting("both_bad", "Offer “both are bad”", "flag", default=False),
    )

    def nothing_to_ask(self, asked: Asked) -> str:
        count = len(asked.subject.judged)
        return "" if count == 2 else f"Two images are compared; this task shows {count or 'none'}."

    def form_field(self, asked: Asked) -> forms.Field:
        return forms.ChoiceField(
            choices=self._choices(asked), widget=forms.RadioSelect, required=False
        )

    def read(self, asked: Asked, cleaned: Any) -> Answer | None:
        if cleaned in (None, ""):
            return None
        if cleaned == BOTH_BAD:
            return Answer(data={BOTH_BAD: True})
        return Answer(number=_turn(asked, float(cleaned)))

    def show(self, asked: Asked, answer: StoredAnswer) -> str:
        value = self.initial(asked, answer)
        return self._label(asked, value) if value else ""

    def initial(self, asked: Asked, answer: StoredAnswer) -> str | None:
        if answer.number is None:
            return BOTH_BAD if answer.data.get(BOTH_BAD) else None
        return f"{_turn(asked, answer.number):g}"

    def controls(self, asked: Asked, value: Any) -> list[Side]:
        return [
            Side(
                index=index,
                key=key_for(index),
                value=choice,
                label=label,
                number=None if choice == BOTH_BAD else int(_turn(asked, float(choice))),
                is_chosen=choice == value,
            )
            for index, (choice, label) in enumerate(self._choices(asked))
        ]

    def missing(self, criterion: Criterion) -> str:
        return "choose an answer"

    def vote(self, criterion: Criterion, answer: StoredAnswer) -> Hashable:
        return BOTH_BAD if answer.number is None else answer.number

    def categories(self, criterion: Criterion) -> list[float] | None:
        return [float(value) for value in self._values(criterion)]

    def number_range(self, criterion: CriterionSpec) -> tuple[float, float] | None:
        values = self._values(criterion)
        return float(values[0]), float(values[-1])

    def answer_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {BOTH_BAD: {"const": True}},
            "additionalProperties": False,
        }

    def _values(self, criterion: Criterion | CriterionSpec) -> list[int]:
        steps = self.setting(criterion, "steps")
        strongest = max(steps // 2, 1)
        has_tie = steps > 2 and self.setting(criterion, "ties")
        return [n for n in range(-strongest, strongest + 1) if n or has_tie]

    def _choices(self, asked: Asked) -> list[tuple[str, str]]:
        values = [str(value) for value in self._values(asked.criterion)]
        if self.setting(asked.criterion, "both_bad"):
            values.append(BOTH_BAD)
        return [(value, self._label(asked, value)) for value in values]

    def _label(self, asked: Asked, value: str) -> str:
        """Return an answer, in terms of the sides shown, in words."""
        if value == BOTH_BAD:
            return BOTH_BAD_WORDS
        number = int(value)
        if not number:
            return TIE_WORDS
        names = [image.name for image in asked.subject.judged]
        left, right = names if len(names) == 2 else ("The first image", "The second image")
        strength = STRENGTHS[self._values(asked.criterion)[-1]][abs(number) - 1]
        return f"{left if number < 0 else right} is {strength}"


def _turn(asked: Asked, number: float) -> float:
    """Return a number in terms of the sides for one in terms of the task, and the other way."""
    positions = [image.position for image in asked.subject.judged]
    # Adding nought keeps a turned tie from being minus nought.
    return number if positions == sorted(positions) else 0.0 - number
