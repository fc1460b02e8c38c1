"""Sum up how far evaluators agree on one criterion, and say what the data cannot tell."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.agreement.alpha import defined
from reviews.agreement.bootstrap import percentile_interval
from reviews.agreement.counts import (
    Column,
    Patterns,
    identity_codes,
    is_present,
    patterns_from_long,
    value_codes,
)
from reviews.agreement.gwet import ac1
from reviews.agreement.percent import percent_agreement, percent_within_one
from reviews.agreement.sums import TooManyValuesError, UnitSums, unit_sums
from reviews.agreement.terms import Level, Status, Verdict

__all__ = ["AgreementSummary", "Level", "Status", "Verdict", "summarise", "verdict_for"]

MIN_UNITS_FOR_A_VALUE = 10
MIN_UNITS_FOR_AN_INTERVAL = 30
MIN_UNITS_OFF_THE_MODE = 10
RELIABLE_FROM = 0.800
TENTATIVE_FROM = 0.667


@dataclass(frozen=True)
class AgreementSummary:
    """Hold the agreement on one criterion; a number that is undefined is None, never NaN.

    n_units counts the units with a value, n_pairable_units those with two or more; n_values and
    n_raters count all values and everyone who gave one. The interval is over units: it does not
    cover a change of evaluators.
    """

    level: Level
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    percent: float | None
    percent_within_one: float | None
    ac1: float | None
    n_units: int
    n_pairable_units: int
    n_values: int
    n_raters: int
    status: Status
    verdict: Verdict | None


def summarise(
    units: Column,
    raters: Column,
    values: Column,
    *,
    level: Level,
    categories: Column | None,
    seed: int,
) -> AgreementSummary:
    """Work out the agreement on one criterion of one rubric version from independent judgments.

    units, raters: (n,) ids of any sortable kind. values: (n,) numbers, or text at the nominal
    level; None and NaN mean that no value was given. categories: all the rubric's options, lowest
    level first, or None for a free number; AC1 and agreement within one level need them (the
    latter has no meaning, and is None, at the nominal level). seed: of the bootstrap.
    Raises ValueError for arrays of different lengths, two values by one rater on one unit, a
    value outside the categories, an infinite value, text at the interval or ratio level (at the
    ordinal level: text without categories), and a negative paired value at the ratio level.
    """
    unit_ids, rater_ids, given = np.asarray(units), np.asarray(raters), np.asarray(values)
    if not unit_ids.shape == rater_ids.shape == given.shape == (len(given),):
        raise ValueError("units, raters and values must have the same length")
    present = is_present(given)
    unit_ids, rater_ids, given = unit_ids[present], rater_ids[present], given[present]
    n_raters = _count_raters(unit_ids, rater_ids)
    patterns = _patterns(unit_ids, given, level, categories)
    pairable = patterns.pairable()
    alpha, status, interval_source = _judge(pairable, level, seed, has_data=len(given) > 0)
    interval = percentile_interval(interval_source, seed) if interval_source else None
    if status is Status.OK and interval is None:
        status = Status.CI_UNRELIABLE
    n_categories = 0 if categories is None else len(patterns.values)
    ordered = categories is not None and level is not Level.NOMINAL
    return AgreementSummary(
        level=level,
        alpha=alpha,
        alpha_low=interval.low if interval else None,
        alpha_high=interval.high if interval else None,
        percent=percent_agreement(pairable),
        percent_within_one=percent_within_one(pairable) if ordered else None,
        ac1=ac1(patterns, n_categories),
        n_units=patterns.n_units,
        n_pairable_units=pairable.n_units,
        n_values=len(given),
        n_raters=n_raters,
        status=status,
        verdict=verdict_for(interval.low) if interval else None,
    )


def verdict_for(alpha_low: float) -> Verdict:
    """Give the verdict for the lower bound of alpha's interval."""
    if alpha_low >= RELIABLE_FROM:
        return Verdict.RELIABLE
    if alpha_low >= TENTATIVE_FROM:
        return Verdict.TENTATIVE
    return Verdict.NOT_RELIABLE


def _count_raters(units: NDArray[Any], raters: NDArray[Any]) -> int:
    _, unit = identity_codes(units)
    names, rater = identity_codes(raters)
    keys = np.sort(unit * len(names) + rater)
    if (keys[1:] == keys[:-1]).any():
        raise ValueError("a rater may give one value to a unit; leave repeats out")
    return len(names)


def _patterns(
    units: NDArray[Any], values: NDArray[Any], level: Level, categories: Column | None
) -> Patterns:
    codes, scale, are_numbers = value_codes(values, categories)
    needs_numbers = level in (Level.INTERVAL, Level.RATIO) or categories is None
    if len(codes) and not are_numbers and needs_numbers and level is not Level.NOMINAL:
        raise ValueError(f"the {level} level needs numbers")
    return patterns_from_long(units, codes, scale)


def _judge(
    pairable: Patterns, level: Level, seed: int, *, has_data: bool
) -> tuple[float | None, Status, UnitSums | None]:
    """Give alpha, its status, and what to resample where the data allow an interval."""
    if not pairable.n_units:
        return None, Status.NO_PAIRABLE_VALUES if has_data else Status.NO_DATA, None
    try:
        sums = unit_sums(pairable, level, seed)
    except TooManyValuesError:
        return None, Status.TOO_MANY_VALUES, None
    totals = sums.units.astype(np.float64) @ sums.sums
    alpha = defined(sums.alphas(totals[None])[0])
    status = _status_of_data(pairable, alpha)
    return alpha, status, sums if status is Status.OK else None


def _status_of_data(pairable: Patterns, alpha: float | None) -> Status:
    if alpha is None:
        return Status.NO_VARIATION
    if pairable.n_units < MIN_UNITS_FOR_A_VALUE:
        return Status.OK_LOW_N
    if pairable.n_units < MIN_UNITS_FOR_AN_INTERVAL:
        return Status.OK_PRELIMINARY
    if _units_off_the_mode(pairable) < MIN_UNITS_OFF_THE_MODE:
        return Status.OK_LOW_VARIATION
    return Status.OK


def _units_off_the_mode(pairable: Patterns) -> int:
    """Count the units that carry a value other than the most frequent one."""
    modal = pairable.columns == np.argmax(pairable.marginals)
    off = pairable.per_row(np.where(modal, 0, pairable.counts)) > 0
    return int(pairable.units[off].sum())
