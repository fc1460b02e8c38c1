"""What a lead may want to look at again before publishing: remarks, never refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rubrics.criteria import CriterionType, find_type
from rubrics.criteria.levels import Confidence
from rubrics.criteria.numbers import NumberType
from rubrics.problems import name_of
from rubrics.reach import always_closes, may_stay_open, numbers_of, voided_by
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

MOST_REQUIRED = 7

_AND = re.compile(r"\b(?:and|&)\b|(?<=\s)&(?=\s)", re.IGNORECASE)
_QUESTION = re.compile(r"[^.?!\n]*\?")
_MAY_BE_ABSENT = re.compile(
    r"\bif (?:any|present|visible|applicable|there (?:is|are)|the image (?:has|shows))\b"
    r"|\b(?:where|when) (?:present|visible|applicable)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Remark:
    """A sentence about the criterion `key`; the empty key is the rubric as a whole."""

    key: str
    sentence: str


def lint(spec: RubricSpec) -> list[Remark]:
    """Return remarks on the whole first, then on each criterion in order."""
    required = sum(row.is_required for row in spec.criteria)
    found = []
    if required > MOST_REQUIRED:
        found.append(
            Remark(
                "",
                f"{required} criteria are required. With more than {MOST_REQUIRED} people tire; "
                "make some optional, or ask them in a project of their own.",
            )
        )
    for row in spec.criteria:
        try:
            kind = find_type(row.type)
        except LookupError:
            continue  # an unknown type is a problem, and said there
        for remarks in (
            _two_questions(row),
            _no_direction(row, kind),
            _no_not_applicable(row),
            _wordless(row, kind),
            _gate(row, spec),
            _condition(row, spec),
        ):
            found += [Remark(row.key, sentence) for sentence in remarks]
    return found


def _two_questions(row: CriterionSpec) -> Iterator[str]:
    asked = [row.title, *_QUESTION.findall(row.description)]
    if any(_AND.search(text) for text in asked):
        yield (
            f"{name_of(row)} may ask two things at once (“and”). "
            "If an image can pass one and fail the other, split it."
        )


def _no_direction(row: CriterionSpec, kind: CriterionType) -> Iterator[str]:
    is_ordered = (kind.has_levels and kind.measurement == "ordinal") or (
        isinstance(kind, NumberType) and kind.measurement == "interval"
    )
    if is_ordered and row.direction == "none" and not isinstance(kind, Confidence):
        yield f"{name_of(row)} does not say whether higher is better or worse."


def _no_not_applicable(row: CriterionSpec) -> Iterator[str]:
    texts = [row.title, row.description, *(level.descriptor for level in row.levels)]
    found = next((match for text in texts if (match := _MAY_BE_ABSENT.search(text))), None)
    if found and not row.allows_not_applicable and not row.condition_effect:
        yield (
            f"{name_of(row)} says “{found[0].lower()}”, but “not applicable” is not allowed. "
            "What is to be answered where it is absent?"
        )


def _wordless(row: CriterionSpec, kind: CriterionType) -> Iterator[str]:
    """Look for levels of an order that nothing explains; options explain themselves."""
    if not kind.has_levels or kind.measurement != "ordinal" or not row.levels:
        return
    levels = sorted(row.levels, key=lambda level: level.value)
    if not any(map(_is_explained, levels)):
        yield f"{name_of(row)}: no level says when to give it."
        return
    for level in levels[1:-1]:
        if not level.descriptor.strip():
            yield f"{name_of(row)}, level “{level.label}”: say in words when to give it."
    for level in {level.value: level for level in (levels[0], levels[-1])}.values():
        if not _is_explained(level):
            yield (
                f"{name_of(row)}, level “{level.label}”: the end of the range has neither words "
                "nor an example image."
            )


def _is_explained(level: LevelSpec) -> bool:
    return bool(level.descriptor.strip() or level.example)


def _gate(row: CriterionSpec, spec: RubricSpec) -> Iterator[str]:
    if row.gate_low is None:
        return
    if not voided_by(row, spec.criteria):
        yield f"{name_of(row)} has a gate, but nothing follows that it makes void."
    elif always_closes(row) and may_stay_open(row):
        yield f"{name_of(row)}: what follows is asked only where this is left without an answer."


def _condition(row: CriterionSpec, spec: RubricSpec) -> Iterator[str]:
    other = spec.find(row.condition_criterion) if row.condition_effect else None
    numbers = numbers_of(other) if other else None
    low, high = row.condition_low, row.condition_high
    if other is None or numbers is None or low is None or high is None:
        return
    if numbers.stay_within(low, high):
        yield (
            f"{name_of(row)}: its condition holds for every answer to {name_of(other)}. "
            "Narrow it, or leave it out."
        )
