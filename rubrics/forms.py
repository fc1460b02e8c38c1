"""The form that a rubric version becomes: what an evaluator or a reviewer answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from rubrics.criteria import Answer, AnswerState, CriterionAnswer, CriterionType, find_type
from rubrics.models import Criterion, RubricVersion
from rubrics.wording import (
    answer_missing,
    answer_rule,
    justification_missing,
    justification_rule,
)

LONGEST_JUSTIFICATION = 5_000


@dataclass(frozen=True)
class CriterionFields:
    """One criterion with its bound form fields, for a template."""

    criterion: Criterion
    kind: CriterionType
    answer: forms.BoundField
    not_applicable: forms.BoundField | None
    justification: forms.BoundField | None


class AnswersForm(forms.Form):
    """One group of fields per criterion; parses and validates, and never saves."""

    def __init__(self, *args: Any, version: RubricVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.criteria = list(version.criteria.in_order())
        for criterion in self.criteria:
            self._add_fields(criterion)

    def _add_fields(self, criterion: Criterion) -> None:
        kind = find_type(criterion.type)
        field = kind.form_field(criterion)
        field.label, field.help_text = criterion.title, answer_rule(criterion)
        field.error_messages.update(_messages(criterion))
        self.fields[criterion.key] = field
        if criterion.allows_not_applicable:
            self.fields[f"{criterion.key}-na"] = forms.BooleanField(
                label="Not applicable", required=False
            )
        if criterion.asks_for_justification:
            self.fields[f"{criterion.key}-why"] = forms.CharField(
                label="Why?",
                help_text=justification_rule(criterion),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=LONGEST_JUSTIFICATION,
                required=False,
                strip=True,
                error_messages=_messages(criterion),
            )

    def groups(self) -> Iterator[CriterionFields]:
        """Yield the bound fields of each criterion, in the rubric's order."""
        for criterion in self.criteria:
            yield CriterionFields(
                criterion=criterion,
                kind=find_type(criterion.type),
                answer=self[criterion.key],
                not_applicable=self._optional(f"{criterion.key}-na"),
                justification=self._optional(f"{criterion.key}-why"),
            )

    def _optional(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._answers = [
            answer for criterion in self.criteria if (answer := self._read(criterion, cleaned))
        ]
        return cleaned

    def _read(self, criterion: Criterion, cleaned: dict[str, Any]) -> CriterionAnswer | None:
        if criterion.key not in cleaned:
            return None  # the field's own message says what is wrong
        justification = cleaned.get(f"{criterion.key}-why", "")
        answer = find_type(criterion.type).read(criterion, cleaned[criterion.key])
        if cleaned.get(f"{criterion.key}-na"):
            if answer is not None:
                self.add_error(
                    criterion.key,
                    f"{criterion.title}: choose an answer or “not applicable”, not both.",
                )
                return None
            answer = Answer(state=AnswerState.NOT_APPLICABLE)
        if answer is None:
            if criterion.is_required:
                self.add_error(criterion.key, answer_missing(criterion))
            return None
        self._check_justification(criterion, answer, justification)
        return CriterionAnswer(criterion, answer, justification)

    def _check_justification(
        self, criterion: Criterion, answer: Answer, justification: str
    ) -> None:
        name = f"{criterion.key}-why"
        least = criterion.justification_min_length
        if name in self.errors or not criterion.needs_justification(answer.number):
            return
        if not justification:
            self.add_error(name, justification_missing(criterion))
        elif len(justification) < least:
            self.add_error(
                name,
                f"{criterion.title}: the justification has {len(justification)} characters, "
                f"the rubric asks for at least {least}. Say what, where and how bad.",
            )

    def answers(self) -> list[CriterionAnswer]:
        """Return the answers of a valid form, in the rubric's order."""
        if not self.is_valid():
            raise ValueError("Only a valid form has answers.")
        return self._answers


def _messages(criterion: Criterion) -> dict[str, str]:
    """Return what to say, naming the criterion, when one of its fields is not valid."""
    rule = answer_rule(criterion)
    number = f"{criterion.title}: give {rule[:1].lower()}{rule[1:]}"
    # Django fills these in with %, all but "invalid".
    title, filled_number = criterion.title.replace("%", "%%"), number.replace("%", "%%")
    length = "characters; there are %(show_value)d."
    return {
        "invalid": number,
        "min_value": filled_number,
        "max_value": filled_number,
        "invalid_choice": f"{title}: choose one of the answers shown.",
        "min_length": f"{title}: write at least %(limit_value)d {length}",
        "max_length": f"{title}: write at most %(limit_value)d {length}",
    }
