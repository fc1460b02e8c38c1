"""The form that a rubric version becomes: what an evaluator or a reviewer answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from rubrics.citations import cites_enough, first_mark, mark_prefixes
from rubrics.conditions import Gates, Place, Standing, stand
from rubrics.criteria import (
    Answer,
    AnswerState,
    Asked,
    CriterionAnswer,
    CriterionType,
    find_type,
    put,
)
from rubrics.models import Criterion, RubricVersion
from rubrics.problems import MOST_CHARACTERS_TO_ASK_FOR
from rubrics.released import criteria_of
from rubrics.subject import Subject
from rubrics.wording import (
    answer_missing,
    answer_rule,
    citation_missing,
    justification_missing,
    justification_rule,
)


@dataclass(frozen=True)
class CriterionFields:
    """One criterion, put about the task or one of its images, with its bound form fields."""

    asked: Asked
    kind: CriterionType
    answer: forms.BoundField
    not_applicable: forms.BoundField | None
    justification: forms.BoundField | None

    @property
    def criterion(self) -> Criterion:
        return self.asked.criterion


class AnswersForm(forms.Form):
    """One group of fields per criterion; parses and validates, and never saves.

    `subject` is the task that is judged. A follow-up asks for the criteria `only`, and takes the
    others as `given`: they decide about gates and conditions, and are not asked.
    """

    rendered_fields: set[str]  # crispy keeps here what its layout has drawn

    def __init__(
        self,
        *args: Any,
        version: RubricVersion,
        subject: Subject | None = None,
        only: Collection[str] = (),
        given: Sequence[CriterionAnswer] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.subject = subject or Subject()
        self.criteria = criteria_of(version)
        self.given: dict[Place, CriterionAnswer] = {
            (one.criterion.key, one.image.position if one.image else None): one for one in given
        }
        self.mark_prefixes = mark_prefixes((row.key, row.type) for row in self.criteria)
        self.everything = [
            asked
            for row in self.criteria
            for asked in put(row, self.subject, self.mark_prefixes.get(row.key, ""))
        ]
        self.asked = [asked for asked in self.everything if not only or asked.criterion.key in only]
        self.asked_keys = {asked.key for asked in self.asked}
        for asked in self.asked:
            self._add_fields(asked)

    def _add_fields(self, asked: Asked) -> None:
        criterion, key = asked.criterion, asked.key
        field = find_type(criterion.type).form_field(asked)
        field.label, field.help_text = asked.title, answer_rule(criterion)
        field.error_messages.update(_messages(asked))
        self.fields[key] = field
        if criterion.allows_not_applicable:
            self.fields[f"{key}-na"] = forms.BooleanField(label="Not applicable", required=False)
        if criterion.asks_for_justification:
            self.fields[f"{key}-why"] = forms.CharField(
                label="Why?",
                help_text=justification_rule(criterion, first_mark(self.mark_prefixes)),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=MOST_CHARACTERS_TO_ASK_FOR,
                required=False,
                strip=True,
                error_messages=_messages(asked),
            )

    def groups(self) -> Iterator[CriterionFields]:
        """Yield the bound fields of each criterion that is asked, in the rubric's order."""
        for asked in self.asked:
            yield CriterionFields(
                asked=asked,
                kind=find_type(asked.criterion.type),
                answer=self[asked.key],
                not_applicable=self._optional(f"{asked.key}-na"),
                justification=self._optional(f"{asked.key}-why"),
            )

    def _optional(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    def typed(self, data: QueryDict) -> dict[str, Any]:
        """Return what `data` holds for each field, to fill in a form that is not validated."""
        return {
            name: field.widget.value_from_datadict(data, data, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def clean(self) -> dict[str, Any]:
        """Go through the criteria in order: each gate and condition rests on those before."""
        cleaned = super().clean() or self.cleaned_data
        self._answers: list[CriterionAnswer] = []
        numbers: dict[Place, float | None] = {}
        gates = Gates()
        for asked in self.everything:
            place = (asked.criterion.key, asked.position)
            standing = stand(asked.criterion, asked.position, numbers, gates)
            if find_type(asked.criterion.type).nothing_to_ask(asked):
                standing = Standing.VOID
            if asked.key in self.asked_keys:
                found = self._read(asked, standing, cleaned)
                self._answers += [found] if found else []
            else:
                found = self.given.get(place)
            numbers[place] = found.answer.number if found else None
            gates = gates.after(asked.criterion, asked.position, numbers[place])
        self._check_citations(cleaned)
        return cleaned

    def _read(
        self, asked: Asked, standing: Standing, cleaned: Mapping[str, Any]
    ) -> CriterionAnswer | None:
        criterion, key = asked.criterion, asked.key
        if standing is Standing.VOID:
            for name in (key, f"{key}-na", f"{key}-why"):
                self.errors.pop(name, None)  # what was typed before the gate closed counts for none
            return CriterionAnswer(criterion, Answer(state=AnswerState.VOID), image=asked.image)
        if key not in cleaned:
            return None  # the field's own message says what is wrong
        justification = cleaned.get(f"{key}-why", "")
        answer = find_type(criterion.type).read(asked, cleaned[key])
        if cleaned.get(f"{key}-na"):
            if answer is not None:
                self.add_error(
                    key, f"{asked.title}: choose an answer or “not applicable”, not both."
                )
                return None
            answer = Answer(state=AnswerState.NOT_APPLICABLE)
        if answer is None:
            if standing is Standing.REQUIRED:
                self.add_error(key, answer_missing(asked))
            return None
        self._check_justification(asked, answer, justification)
        return CriterionAnswer(criterion, answer, justification, asked.image)

    def _check_justification(self, asked: Asked, answer: Answer, justification: str) -> None:
        name, criterion = f"{asked.key}-why", asked.criterion
        least = criterion.justification_min_length
        if name in self.errors or not criterion.needs_justification(answer.number):
            return
        if not justification:
            self.add_error(name, justification_missing(asked))
        elif len(justification) < least:
            self.add_error(
                name,
                f"{asked.title}: the justification has {len(justification)} characters, "
                f"the rubric asks for at least {least}. Say what, where and how bad.",
            )

    def _check_citations(self, cleaned: Mapping[str, Any]) -> None:
        """Ask for the citation a rule wants, once every mark that can be cited is known."""
        marks = self._names_of_marks()
        for given in self._answers:
            if given.answer.state is AnswerState.VOID:
                continue
            asked = Asked(given.criterion, self.subject, given.image)
            name = f"{asked.key}-why"
            if name in self.errors or not given.criterion.needs_justification(given.answer.number):
                continue
            if not cites_enough(
                given.justification,
                given.criterion.justification_cites,
                marks=marks,
                clauses=len(self.criteria),
            ):
                self.add_error(name, citation_missing(asked, first_mark(self.mark_prefixes)))

    def _names_of_marks(self) -> set[str]:
        """Return what the marks are cited by; where numbers are plain, they count on."""
        counts: Counter[str] = Counter()
        is_plain = not any(self.mark_prefixes.values())
        for given in (*self._answers, *self.given.values()):
            prefix = self.mark_prefixes.get(given.criterion.key, "")
            if prefix or is_plain:
                counts[prefix] += len(given.answer.data.get("marks", ()))
        return {f"{prefix}{at}" for prefix, most in counts.items() for at in range(1, most + 1)}

    def answers(self) -> list[CriterionAnswer]:
        """Return the answers of a valid form, in the rubric's order, with void ones."""
        if not self.is_valid():
            raise ValueError("Only a valid form has answers.")
        return self._answers


def fill_in(answers: Iterable[CriterionAnswer], subject: Subject) -> dict[str, Any]:
    """Return what fills a form about `subject` with answers given before, as its initial data."""
    initial: dict[str, Any] = {}
    for given in answers:
        asked = Asked(given.criterion, subject, given.image)
        if given.answer.state is AnswerState.ANSWERED:
            kind = find_type(given.criterion.type)
            initial[asked.key] = kind.initial(asked, given.answer)
        elif given.answer.state is AnswerState.NOT_APPLICABLE:
            initial[f"{asked.key}-na"] = True
        initial[f"{asked.key}-why"] = given.justification
    return initial


def _messages(asked: Asked) -> dict[str, str]:
    """Return what to say, naming the criterion, when one of its fields is not valid."""
    rule = answer_rule(asked.criterion)
    number = f"{asked.title}: give {rule[:1].lower()}{rule[1:]}"
    # Django fills these in with %, all but "invalid".
    title, filled_number = asked.title.replace("%", "%%"), number.replace("%", "%%")
    length = "characters; there are %(show_value)d."
    return {
        "invalid": number,
        "min_value": filled_number,
        "max_value": filled_number,
        "invalid_choice": f"{title}: choose one of the answers shown.",
        "null_characters_not_allowed": f"{title}: the text holds a character that cannot be read.",
        "min_length": f"{title}: write at least %(limit_value)d {length}",
        "max_length": f"{title}: write at most %(limit_value)d {length}",
    }
