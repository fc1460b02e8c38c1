"""What differs between two versions of a rubric, by the stable keys of criteria and levels.

A diff is complete: applied to the version before, it gives the version after.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Literal, TypeVar

from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

# Beyond so many words, signs and spaces a text is shown as replaced where it differs.
MOST_TOKENS = 20_000
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class Missing(Enum):
    """Stands for the value of a setting on the side that does not have it."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True)
class Change:
    """One column or setting that differs; MISSING on the side that does not say it."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class LevelDiff:
    """How one level, which both sides have, differs."""

    key: str
    columns: tuple[Change, ...]


@dataclass(frozen=True)
class CriterionDiff:
    """How one criterion, which both sides have, differs.

    `level_order` is the keys of all levels as they stand after, empty where they are the same
    ones in the same order.
    """

    key: str
    columns: tuple[Change, ...] = ()
    settings: tuple[Change, ...] = ()
    levels_added: tuple[LevelSpec, ...] = ()
    levels_removed: tuple[LevelSpec, ...] = ()
    levels_changed: tuple[LevelDiff, ...] = ()
    level_order: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == CriterionDiff(self.key)


@dataclass(frozen=True)
class RubricDiff:
    """How two versions differ.

    `order` is the keys of all criteria as they stand after, empty where they are the same ones in
    the same order; `moved` are those that changed place among the ones both sides have.
    """

    columns: tuple[Change, ...] = ()
    presentation: tuple[Change, ...] = ()
    sample_task: tuple[Change, ...] = ()
    added: tuple[CriterionSpec, ...] = ()
    removed: tuple[CriterionSpec, ...] = ()
    changed: tuple[CriterionDiff, ...] = ()
    moved: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == RubricDiff()

    def find(self, key: str) -> CriterionDiff:
        """Return how the criterion `key` differs; an empty diff where it does not."""
        return next((one for one in self.changed if one.key == key), CriterionDiff(key))


def diff(before: RubricSpec, after: RubricSpec) -> RubricDiff:
    """Return how `after` differs from `before`.

    Raises ValueError where two criteria of a version, or two levels of a criterion, share a key.
    """
    old, new = _by_key(before.criteria), _by_key(after.criteria)
    both = [diff_criterion(old[key], new[key]) for key in new if key in old]
    return RubricDiff(
        columns=_columns(before, after, {"criteria", "presentation", "sample_task"}),
        presentation=_settings(before.presentation, after.presentation),
        sample_task=_settings(before.sample_task, after.sample_task),
        added=tuple(row for key, row in new.items() if key not in old),
        removed=tuple(row for key, row in old.items() if key not in new),
        changed=tuple(one for one in both if not one.is_empty),
        moved=_moved(list(old), list(new)),
        order=tuple(new) if list(new) != list(old) else (),
    )


def diff_criterion(before: CriterionSpec, after: CriterionSpec) -> CriterionDiff:
    """Return how a criterion differs from an earlier one with the same key."""
    old, new = _levels_by_key(before), _levels_by_key(after)
    both = [LevelDiff(key, _columns(old[key], new[key], frozenset())) for key in new if key in old]
    return CriterionDiff(
        key=after.key,
        columns=_columns(before, after, {"settings", "levels"}),
        settings=_settings(before.settings, after.settings),
        levels_added=tuple(level for key, level in new.items() if key not in old),
        levels_removed=tuple(level for key, level in old.items() if key not in new),
        levels_changed=tuple(one for one in both if one.columns),
        level_order=tuple(new) if list(new) != list(old) else (),
    )


def apply(difference: RubricDiff, before: RubricSpec) -> RubricSpec:
    """Return `before` with `difference` made: for a diff from a to b, applied to a, this is b."""
    gone = {row.key for row in difference.removed}
    rows = {row.key: row for row in before.criteria if row.key not in gone}
    for changed in difference.changed:
        rows[changed.key] = _apply_to_criterion(changed, rows[changed.key])
    rows |= {row.key: row for row in difference.added}
    return replace(
        before,
        **_values(difference.columns),
        presentation=_apply_to_settings(difference.presentation, before.presentation),
        sample_task=_apply_to_settings(difference.sample_task, before.sample_task),
        criteria=tuple(rows[key] for key in difference.order or rows),
    )


def _apply_to_criterion(difference: CriterionDiff, before: CriterionSpec) -> CriterionSpec:
    gone = {level.stable_key for level in difference.levels_removed}
    levels = {key: row for key, row in _levels_by_key(before).items() if key not in gone}
    for changed in difference.levels_changed:
        levels[changed.key] = replace(levels[changed.key], **_values(changed.columns))
    levels |= {level.stable_key: level for level in difference.levels_added}
    return replace(
        before,
        **_values(difference.columns),
        settings=_apply_to_settings(difference.settings, before.settings),
        levels=tuple(levels[key] for key in difference.level_order or levels),
    )


def _apply_to_settings(changes: Iterable[Change], before: Mapping[str, Any]) -> dict[str, Any]:
    after = {**before, **_values(changes)}
    return {name: value for name, value in after.items() if value is not MISSING}


def _values(changes: Iterable[Change]) -> dict[str, Any]:
    return {change.name: change.after for change in changes}


Spec = TypeVar("Spec", RubricSpec, CriterionSpec, LevelSpec)


def _columns(before: Spec, after: Spec, apart: Iterable[str]) -> tuple[Change, ...]:
    names = [field.name for field in fields(before) if field.name not in set(apart)]
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    pairs = [
        (name, before.get(name, MISSING), after.get(name, MISSING))
        for name in sorted({*before, *after})
    ]
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


def _by_key(criteria: Iterable[CriterionSpec]) -> dict[str, CriterionSpec]:
    found: dict[str, CriterionSpec] = {}
    for row in criteria:
        if row.key in found:
            raise ValueError(f"Two criteria have the key “{row.key}”.")
        found[row.key] = row
    return found


def _levels_by_key(criterion: CriterionSpec) -> dict[str, LevelSpec]:
    found: dict[str, LevelSpec] = {}
    for level in criterion.levels:
        if level.stable_key in found:
            raise ValueError(
                f"Two levels of “{criterion.title}” have the key “{level.stable_key}”."
            )
        found[level.stable_key] = level
    return found


def _moved(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    old = [key for key in before if key in after]
    new = [key for key in after if key in before]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept = {key for block in matcher.get_matching_blocks() for key in old[block.a :][: block.size]}
    return tuple(key for key in new if key not in kept)


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or only one of them."""

    kind: Literal["same", "added", "removed"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return the two texts as one, word by word.

    What is the same and what was removed make `before`; what is the same and what was added make
    `after`, every space included.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    for is_same, gone, come in _runs(old, new):
        if is_same:
            pieces.append(Piece("same", gone))
            continue
        pieces += [Piece("removed", gone)] if gone else []
        pieces += [Piece("added", come)] if come else []
    return pieces


def _runs(old: list[str], new: list[str]) -> list[tuple[bool, str, str]]:
    """Return (whether it is the same, text before, text after), by turns the same and not.

    A space between two words that changed is taken in with them: it tells a reader nothing.
    """
    runs: list[tuple[bool, str, str]] = []
    for tag, a, b, c, d in _opcodes(old, new):
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        is_between = bool(runs) and b < len(old) and d < len(new)
        is_same = tag == "equal" and not (is_between and gone.isspace())
        if runs and runs[-1][0] == is_same:
            _, gone_before, come_before = runs.pop()
            gone, come = gone_before + gone, come_before + come
        runs.append((is_same, gone, come))
    return runs


def _opcodes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) + len(new) > MOST_TOKENS:
        is_same = old == new
        return [("equal" if is_same else "replace", 0, len(old), 0, len(new))]
    # Spaces match nothing by themselves, or each would pull unlike words together.
    matcher = difflib.SequenceMatcher(str.isspace, old, new, autojunk=False)
    return matcher.get_opcodes()
