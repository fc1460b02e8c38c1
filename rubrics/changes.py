"""What a release changes, criterion by criterion: the class proposed, and what there is to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from rubrics.content import spec_of
from rubrics.criteria import find_type
from rubrics.diff import MISSING, Change, CriterionDiff, LevelDiff, RubricDiff, diff
from rubrics.differences import Difference, clause_difference, whole_difference
from rubrics.models import CriterionChange, RubricVersion
from rubrics.spec import CriterionSpec, RubricSpec

Kind = CriterionChange.Kind

# From the lightest to the gravest.
RANKS = (
    Kind.UNCHANGED,
    Kind.EDITORIAL,
    Kind.CLARIFYING,
    Kind.REMOVED,
    Kind.ADDED,
    Kind.BREAKING,
)
# Kinds after which older answers are not comparable, so that the criterion is asked again.
ASKED_AGAIN = frozenset({Kind.BREAKING, Kind.ADDED})
WHOLE_TITLE = "Instruction and presentation"

TEXTS = frozenset({"title", "description", "label", "descriptor"})
CLARIFYING = frozenset({"section", "group", "example"})
# What scores cannot be compared across, whatever a lead says of it.
FORCED = frozenset({"type", "is_per_image", "value"})
# Shorter words are too easily another word: "can", "now", "most".
LEAST_LETTERS_OF_A_TYPO = 5


@dataclass(frozen=True)
class ProposedChange:
    """How a draft changes one criterion: the class proposed, and the least that may be decided."""

    key: str
    title: str
    proposed: CriterionChange.Kind
    least: CriterionChange.Kind
    difference: Difference

    @property
    def kind(self) -> CriterionChange.Kind:
        """Return the class to show, as a `ClauseChange` has it."""
        return self.proposed

    @property
    def choices(self) -> list[CriterionChange.Kind]:
        """Return the classes that a lead may decide for."""
        if self.least in (Kind.ADDED, Kind.REMOVED):
            return [self.least]
        return [
            kind
            for kind in RANKS[RANKS.index(self.least) :]
            if kind not in (Kind.ADDED, Kind.REMOVED)
        ]


@dataclass(frozen=True)
class ClauseChange:
    """What changed in one clause between two releases, for a person who knows the earlier one."""

    key: str
    title: str
    kind: CriterionChange.Kind
    difference: Difference


def gravest(kinds: Iterable[str]) -> CriterionChange.Kind:
    """Return the gravest of some classes; unchanged where there are none."""
    return max((Kind(kind) for kind in kinds), key=RANKS.index, default=Kind.UNCHANGED)


def proposed_changes(before: RubricSpec, after: RubricSpec) -> list[ProposedChange]:
    """Return how `after` changes each criterion of either version.

    The whole (key "") comes first, then the criteria in the order after, then the removed ones.
    Raises ValueError where two criteria or levels share a key.
    """
    difference = diff(before, after)
    whole = _whole_class(difference)
    found = [
        ProposedChange(
            key="",
            title=WHOLE_TITLE,
            proposed=whole,
            least=min(whole, Kind.EDITORIAL, key=RANKS.index),
            difference=whole_difference(before, after),
        )
    ]
    for row in (*after.criteria, *difference.removed):
        proposed, least = _classes(row, difference)
        found.append(
            ProposedChange(
                key=row.key,
                title=row.title,
                proposed=proposed,
                least=least,
                difference=clause_difference(row.key, before, after, difference),
            )
        )
    return found


def changes_between(earlier: RubricVersion, later: RubricVersion) -> list[ClauseChange]:
    """Return what changed from one release to a later one, clause by clause, to read.

    A clause has the gravest class that was decided for it on the way; its texts run from the
    first to the last. Clauses that nobody changed are left out.
    """
    decided: dict[str, set[str]] = {}
    for key, kind in _rows(earlier, later).values_list("criterion_key", "decided"):
        decided.setdefault(key, set()).add(kind)
    changes = proposed_changes(spec_of(earlier), spec_of(later))
    found = [
        ClauseChange(
            key=change.key,
            title=change.title,
            kind=_over_the_span(change, decided.get(change.key, set())),
            difference=change.difference,
        )
        for change in changes
    ]
    return [change for change in found if change.kind != Kind.UNCHANGED]


def needs_reading(earlier: RubricVersion, later: RubricVersion) -> CriterionChange.Kind:
    """Return the gravest class decided in any release after `earlier`, up to `later`; one query."""
    return gravest(_rows(earlier, later).values_list("decided", flat=True).distinct())


def _rows(earlier: RubricVersion, later: RubricVersion) -> QuerySet[CriterionChange]:
    return CriterionChange.objects.filter(
        version__rubric=later.rubric_id,
        version__number__gt=earlier.number,
        version__number__lte=later.number,
    ).order_by()


def _over_the_span(change: ProposedChange, decided: set[str]) -> CriterionChange.Kind:
    if change.proposed in (Kind.ADDED, Kind.REMOVED):
        return change.proposed
    if decided & {Kind.ADDED, Kind.REMOVED}:
        return Kind.BREAKING  # it was taken out and came back, so its scores begin anew
    return gravest(decided)


def _classes(
    row: CriterionSpec, difference: RubricDiff
) -> tuple[CriterionChange.Kind, CriterionChange.Kind]:
    """Return the class proposed for a criterion and the least that may be decided."""
    if row in difference.added:
        return Kind.ADDED, Kind.ADDED
    if row in difference.removed:
        return Kind.REMOVED, Kind.REMOVED
    one = difference.find(row.key)
    is_moved = row.key in difference.moved
    if one.is_empty and not is_moved:
        return Kind.UNCHANGED, Kind.UNCHANGED
    kinds = [Kind.EDITORIAL]
    kinds += [
        _column_class(change) for change in one.columns if not _rests(change, row, one.columns)
    ]
    kinds += [_level_class(level) for level in one.levels_changed]
    kinds += [Kind.CLARIFYING] if is_moved else []
    kinds += [Kind.BREAKING] if one.levels_added or one.levels_removed else []
    kinds += [_settings_class(row, one)] if one.settings else []
    return gravest(kinds), Kind.BREAKING if _is_forced(one) else Kind.EDITORIAL


def _is_forced(one: CriterionDiff) -> bool:
    changes = [*one.columns, *(change for level in one.levels_changed for change in level.columns)]
    return bool(one.levels_removed) or any(change.name in FORCED for change in changes)


def _column_class(change: Change) -> CriterionChange.Kind:
    if change.name in TEXTS:
        return text_class(change.before, change.after)
    if change.name == "key":
        return Kind.EDITORIAL  # a level that had no key of its own now spells the same one out
    if change.name in CLARIFYING or change.name.startswith("justification_"):
        return Kind.CLARIFYING
    return Kind.BREAKING


def _rests(change: Change, row: CriterionSpec, changes: Iterable[Change]) -> bool:
    """Return whether a change is to a part of the justification rule that asks for nothing."""
    return (
        change.name.startswith("justification_")
        and row.justification_rule in ("never", "optional")
        and not any(one.name == "justification_rule" for one in changes)
    )


def _level_class(level: LevelDiff) -> CriterionChange.Kind:
    return gravest(map(_column_class, level.columns))


def _settings_class(criterion: CriterionSpec, one: CriterionDiff) -> CriterionChange.Kind:
    """Let the type say how grave a change of its settings is."""
    before = {row.name: row.before for row in one.settings if row.before is not MISSING}
    after = {row.name: row.after for row in one.settings if row.after is not MISSING}
    try:
        kind = find_type(criterion.type)
    except LookupError:
        return Kind.BREAKING
    return Kind(kind.settings_change(before, after))


def _whole_class(difference: RubricDiff) -> CriterionChange.Kind:
    kinds = [text_class(change.before, change.after) for change in difference.columns]
    kinds += [Kind.CLARIFYING] if difference.presentation else []
    return gravest(kinds)  # the sample task is the lead's; no evaluator sees it


def text_class(before: str, after: str) -> CriterionChange.Kind:
    """Return editorial where two texts differ like a typo and its correction, else clarifying.

    That is: only in capitals, punctuation and spaces, or by one letter in a single longer word.
    """
    old, new = _words(before), _words(after)
    if old == new:
        return Kind.UNCHANGED if before == after else Kind.EDITORIAL
    if len(old) == len(new):
        differing = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        if len(differing) == 1 and _is_typo(*differing[0]):
            return Kind.EDITORIAL
    return Kind.CLARIFYING


def _words(text: str) -> list[str]:
    # Signs stay: a minus before a number is no punctuation.
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[-−]?\d[\d.,]*\d|[-−]?\d|[^\W_]+", plain)


def _is_typo(before: str, after: str) -> bool:
    """Return whether one letter was put in, left out, exchanged or swapped with the next."""
    shorter, longer = sorted((before, after), key=len)
    if not (before + after).isalpha() or len(shorter) < LEAST_LETTERS_OF_A_TYPO:
        return False
    if before[0] != after[0]:
        return False  # "likely" and "unlikely", "never" and "ever"
    if len(longer) > len(shorter):
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    differing = [at for at in range(len(before)) if before[at] != after[at]]
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and before[differing[0]] == after[differing[1]]
        and before[differing[1]] == after[differing[0]]
    )
