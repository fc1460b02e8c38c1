"""Which criteria can ever be asked, given the gates and conditions before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rubrics.conditions import is_within
from rubrics.criteria import find_type
from rubrics.spec import CriterionSpec


@dataclass(frozen=True)
class Numbers:
    """The numbers an answer can have: the listed ones, or all from `low` to `high`."""

    low: float
    high: float
    listed: tuple[float, ...] = ()

    def reach(self, low: float, high: float) -> bool:
        """Return whether any of them lies in the band."""
        if self.listed:
            return any(low <= number <= high for number in self.listed)
        return low <= high and low <= self.high and high >= self.low

    def stay_within(self, low: float, high: float) -> bool:
        """Return whether all of them lie in the band."""
        return low <= self.low and self.high <= high


def numbers_of(criterion: CriterionSpec) -> Numbers | None:
    """Return the numbers an answer can have, None where it has none or the type is unknown."""
    try:
        kind = find_type(criterion.type)
        ends = kind.number_range(criterion)
    except (LookupError, TypeError, ValueError, OverflowError):
        return None  # what is wrong with the type or its settings is said elsewhere
    if ends is None:
        return None
    listed = [float(level.value) for level in criterion.levels] if kind.has_levels else []
    return Numbers(*ends, tuple(listed))


def never_asked(criteria: Sequence[CriterionSpec]) -> dict[str, str]:
    """Return the keys of criteria that no answers lead to, each with the key of what hides it."""
    hidden: dict[str, str] = {}
    closed: list[CriterionSpec] = []
    earlier: dict[str, CriterionSpec] = {}
    for row in criteria:
        gate = next((one for one in closed if _voids(one, row)), None)
        other = earlier.get(row.condition_criterion)
        if gate is not None:
            hidden[row.key] = gate.key
        elif row.condition_effect == "show" and other is not None and _hides(row, other, hidden):
            hidden[row.key] = other.key
        elif not may_stay_open(row):
            closed.append(row)
        earlier[row.key] = row
    return hidden


def always_closes(criterion: CriterionSpec) -> bool:
    """Return whether every answer to `criterion` closes its gate."""
    numbers, low, high = numbers_of(criterion), criterion.gate_low, criterion.gate_high
    return (
        numbers is not None
        and low is not None
        and high is not None
        and (
            all(low <= number <= high for number in numbers.listed)
            if numbers.listed
            else numbers.stay_within(low, high)
        )
    )


def may_stay_open(criterion: CriterionSpec) -> bool:
    """Return whether the form can be answered so that the gate of `criterion` stays open."""
    is_optional = not criterion.is_required or criterion.allows_not_applicable
    return is_optional or bool(criterion.condition_effect) or not always_closes(criterion)


def voided_by(gate: CriterionSpec, criteria: Sequence[CriterionSpec]) -> list[CriterionSpec]:
    """Return the criteria that the gate of one of them makes void."""
    return [row for row in criteria[criteria.index(gate) + 1 :] if _voids(gate, row)]


def _voids(gate: CriterionSpec, row: CriterionSpec) -> bool:
    return row.is_per_image or not gate.is_per_image


def _hides(row: CriterionSpec, other: CriterionSpec, hidden: dict[str, str]) -> bool:
    """Return whether the answers of `other` that show `row` make it void at the same time."""
    if other.key in hidden:
        return True
    numbers, low, high = numbers_of(other), row.condition_low, row.condition_high
    if numbers is None or low is None or high is None or not _voids(other, row):
        return False
    if other.gate_low is None or other.gate_high is None:
        return False
    if numbers.listed:
        shows = [number for number in numbers.listed if low <= number <= high]
        return bool(shows) and all(
            is_within(number, other.gate_low, other.gate_high) for number in shows
        )
    return other.gate_low <= max(low, numbers.low) and min(high, numbers.high) <= other.gate_high
