"""What differs in one clause of a rubric, put into words to read: before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from evalhub.markdown import read_markdown
from rubrics.criteria import find_type
from rubrics.criteria.numbers import spell_number
from rubrics.criteria.settings import Setting
from rubrics.diff import CriterionDiff, Piece, RubricDiff, word_diff
from rubrics.models import Criterion
from rubrics.presentation import Presentation
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

PRESENTATION_LABELS = {
    "surround": "Grey around the image",
    "images": "Images are shown as",
    "layout": "Layout",
    "shuffles_sides": "Sides are shuffled",
    "blurs": "Images are blurred at first",
    "shows_facts": "Size and format are shown",
}
# The texts that are Markdown.
MARKDOWN = ("Instruction", "Clause")
_MARKS = re.compile(r"[*_`#>]+")
CITES = {
    "region": "; it cites a mark",
    "clause": "; it cites a clause",
    "either": "; it cites a mark or a clause",
}


@dataclass(frozen=True)
class TextChange:
    """A text with what was taken out of it and put into it."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class RuleChange:
    """A rule in words, before and after; empty on the side that did not have it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class LevelChange:
    """One level before and after; None on the side that does not have it."""

    before: LevelSpec | None
    after: LevelSpec | None

    @property
    def kind(self) -> Literal["same", "changed", "added", "removed"]:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if self.before == self.after else "changed"

    @property
    def label(self) -> list[Piece]:
        return word_diff(*self._texts("label"))

    @property
    def descriptor(self) -> list[Piece]:
        return word_diff(*self._texts("descriptor"))

    def _texts(self, name: str) -> tuple[str, str]:
        return getattr(self.before, name, ""), getattr(self.after, name, "")


@dataclass(frozen=True)
class Difference:
    """All that differs in one clause; `levels` are all of them where any differs."""

    texts: tuple[TextChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    levels: tuple[LevelChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Difference()


def whole_difference(before: RubricSpec, after: RubricSpec) -> Difference:
    """Return what differs in the instruction and in how the task is shown."""
    old, new = _presentation(before), _presentation(after)
    return Difference(
        texts=_texts([("Instruction", before.instruction, after.instruction)]),
        rules=tuple(
            RuleChange(label, _say(old[name]), _say(new[name]))
            for name, label in PRESENTATION_LABELS.items()
            if old[name] != new[name]
        ),
    )


def clause_difference(
    key: str, before: RubricSpec, after: RubricSpec, difference: RubricDiff
) -> Difference:
    """Return what differs in the criterion `key`, which one of the two versions has, or both."""
    old, new = before.find(key), after.find(key)
    texts = [("Clause", old.description if old else "", new.description if new else "")]
    if old and new:
        texts.insert(0, ("Title", old.title, new.title))
        rules = _rules(before, after, difference, difference.find(key))
    else:
        rules = _first_rules(new, after) if new else []
    return Difference(_texts(texts), tuple(rules), _levels(old, new))


def diff_markdown(before: str, after: str) -> list[Piece]:
    """Return the word diff of two Markdown texts as a reader has them, without their marks.

    Where a mark changed and its words did not, it is that of their source: the mark is the change.
    """
    source = word_diff(before, after)
    if any(_is_mark(gone, come) for gone, come in _changed(source)):
        return source
    words = word_diff(read_markdown(before), read_markdown(after))
    return words if any(piece.kind != "same" for piece in words) else source


def _changed(pieces: list[Piece]) -> Iterator[tuple[str, str]]:
    """Yield what was removed and what was added in each place."""
    for is_same, run in groupby(pieces, lambda piece: piece.kind == "same"):
        if not is_same:
            texts = {piece.kind: piece.text for piece in run}
            yield texts.get("removed", ""), texts.get("added", "")


def _is_mark(before: str, after: str) -> bool:
    """Return whether the two differ in marks alone."""
    return before.split() != after.split() and _bare(before) == _bare(after)


def _bare(text: str) -> list[str]:
    return _MARKS.sub("", text).split()


def _texts(rows: list[tuple[str, str, str]]) -> tuple[TextChange, ...]:
    return tuple(
        TextChange(label, (diff_markdown if label in MARKDOWN else word_diff)(before, after))
        for label, before, after in rows
        if before != after
    )


def _levels(before: CriterionSpec | None, after: CriterionSpec | None) -> tuple[LevelChange, ...]:
    old = {level.stable_key: level for level in before.levels} if before else {}
    new = {level.stable_key: level for level in after.levels} if after else {}
    rows = [LevelChange(old.get(key), new.get(key)) for key in {**new, **old}]
    rows.sort(key=lambda row: (row.after or row.before or LevelSpec(0, "")).value)
    return tuple(rows) if any(row.kind != "same" for row in rows) else ()


Words = Callable[[CriterionSpec, RubricSpec], str]

# Columns that are one rule to a reader, with its name and its words.
RULES: tuple[tuple[str, tuple[str, ...], Words], ...] = (
    ("Type", ("type",), lambda row, _: type_label(row)),
    ("Section", ("section",), lambda row, _: row.section),
    (
        "Direction",
        ("direction",),
        lambda row, _: str(dict(Criterion.Direction.choices).get(row.direction, row.direction)),
    ),
    ("Answer", ("is_required",), lambda row, _: "Required" if row.is_required else "Optional"),
    (
        "Asked",
        ("is_per_image",),
        lambda row, _: "Of each image" if row.is_per_image else "Once for the task",
    ),
    (
        "Not applicable",
        ("allows_not_applicable",),
        lambda row, _: "Allowed" if row.allows_not_applicable else "Not allowed",
    ),
    (
        "Justification",
        (
            "justification_rule",
            "justification_band_low",
            "justification_band_high",
            "justification_min_length",
            "justification_cites",
        ),
        lambda row, _: _justification(row),
    ),
    ("Gate", ("gate_low", "gate_high"), lambda row, _: _gate(row)),
    (
        "Condition",
        ("condition_effect", "condition_criterion", "condition_low", "condition_high"),
        lambda row, rubric: _condition(row, rubric.find(row.condition_criterion)),
    ),
)


def _rules(
    before: RubricSpec, after: RubricSpec, whole: RubricDiff, one: CriterionDiff
) -> list[RuleChange]:
    old, new = before.find(one.key), after.find(one.key)
    if old is None or new is None:
        return []
    changed = {change.name for change in one.columns}
    found = [
        RuleChange(label, words(old, before), words(new, after))
        for label, columns, words in RULES
        if changed & set(columns)
    ]
    found += _settings(old, new, one)
    if one.key in whole.moved:
        places = (str(before.criteria.index(old) + 1), str(after.criteria.index(new) + 1))
        found.append(RuleChange("Place", *places))
    return [rule for rule in found if rule.before != rule.after]


def _first_rules(criterion: CriterionSpec, rubric: RubricSpec) -> list[RuleChange]:
    """Return the rules of a new criterion that are not the usual ones."""
    usual = CriterionSpec(criterion.key, "", "")
    return [
        RuleChange(label, "", said)
        for label, _, words in RULES
        if (said := words(criterion, rubric)) != words(usual, rubric)
    ]


def _settings(
    before: CriterionSpec, after: CriterionSpec, difference: CriterionDiff
) -> list[RuleChange]:
    labels = {row.name: row.label for row in (*_declared(before), *_declared(after))}
    old, new = (
        {row.name: row.default for row in _declared(side)} | side.settings
        for side in (before, after)
    )
    names = [change.name for change in difference.settings]
    return [
        RuleChange(labels.get(name, name), _say(old.get(name)), _say(new.get(name)))
        for name in names
    ]


def _declared(criterion: CriterionSpec) -> tuple[Setting, ...]:
    try:
        return find_type(criterion.type).settings
    except LookupError:
        return ()


def _presentation(spec: RubricSpec) -> dict[str, Any]:
    defaults = {name: getattr(Presentation(), name) for name in PRESENTATION_LABELS}
    return defaults | spec.presentation


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return spell_number(value)
    if isinstance(value, list):
        return ", ".join(map(_say, value))
    return "" if value is None else str(value)


def type_label(criterion: CriterionSpec) -> str:
    """Return the name of the criterion's type in words, or as it is where no type has it."""
    try:
        return find_type(criterion.type).label
    except LookupError:
        return criterion.type


def _justification(row: CriterionSpec) -> str:
    if row.justification_rule in ("never", "optional"):
        return {"never": "Never asked", "optional": "Optional"}[row.justification_rule]
    band = spell_band(row, row.justification_band_low, row.justification_band_high)
    when = f" when the answer is {band}" if row.justification_rule == "band" else ""
    least = row.justification_min_length
    length = f", at least {least} characters" if least > 1 else ""
    return f"Required{when}{length}{CITES.get(row.justification_cites, '')}"


def _gate(row: CriterionSpec) -> str:
    if row.gate_low is None:
        return ""
    return f"The answer {spell_band(row, row.gate_low, row.gate_high)} makes the rest void"


def _condition(row: CriterionSpec, other: CriterionSpec | None) -> str:
    if not row.condition_effect:
        return ""
    verb = "Asked" if row.condition_effect == "show" else "Required"
    title = other.title if other else row.condition_criterion
    band = spell_band(other, row.condition_low, row.condition_high)
    return f"{verb} only when “{title}” is {band}"


def spell_band(criterion: CriterionSpec | None, low: float | None, high: float | None) -> str:
    """Return the answers in a band: the names of levels, or numbers."""
    if low is None or high is None:
        return "not set"
    levels = criterion.levels if criterion and _is_answered_by_level(criterion) else ()
    if labels := [f"“{level.label}”" for level in levels if low <= level.value <= high]:
        return " or ".join(labels)
    if low == high:
        return spell_number(low)
    return f"from {spell_number(low)} to {spell_number(high)}"


def _is_answered_by_level(criterion: CriterionSpec) -> bool:
    try:
        return find_type(criterion.type).has_levels
    except LookupError:
        return False
