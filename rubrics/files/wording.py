"""A difference between two rubrics as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rubrics.changes import ProposedChange, proposed_changes
from rubrics.diff import Piece, diff
from rubrics.differences import LevelChange
from rubrics.spec import RubricSpec

UNCHANGED = "unchanged"


def difference_lines(before: RubricSpec, after: RubricSpec) -> list[str]:
    """Return how `after` differs, each change with the class proposed for it; empty: not at all.

    Words taken out stand in [-…-], words put in in {+…+}.
    """
    found: list[str] = []
    for change in proposed_changes(before, after):
        if change.proposed != UNCHANGED:
            found += _change(change)
    if before.sample_task != after.sample_task:
        found.append("The sample task differs.")
    if not found and not diff(before, after).is_empty:
        found.append("The order of the criteria differs.")
    return found


def _change(change: ProposedChange) -> Iterator[str]:
    key = f" ({change.key})" if change.key else ""
    yield f"{change.title}{key}: {change.proposed.label.lower()}"
    for text in change.difference.texts:
        yield f"  {text.label}: {_spell(text.pieces)}"
    for rule in change.difference.rules:
        yield f"  {rule.label}: {rule.before or '(nothing)'} → {rule.after or '(nothing)'}"
    for level in change.difference.levels:
        if level.kind != "same":
            yield f"  {_level(level)}"


def _level(level: LevelChange) -> str:
    row = level.after or level.before
    value = row.value if row else ""
    words = ": ".join(part for part in (_spell(level.label), _spell(level.descriptor)) if part)
    return f"Level {value} {level.kind}: {words}"


def _spell(pieces: Iterable[Piece]) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)
