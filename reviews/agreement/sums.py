"""Write alpha as a function of sums over units.

The number itself and its 2,000 resamples then come from the same arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reviews.agreement.alpha import (
    alphas_from_coincidences,
    alphas_from_marginals,
    alphas_from_moments,
    disagreement_from_moments,
    mid_ranks,
    moments,
    squared_distances,
    standard_scores,
)
from reviews.agreement.counts import (
    FloatArray,
    IntArray,
    Patterns,
    cell_pairs,
    coincidence_stack,
)
from reviews.agreement.terms import Level

MAX_MATRIX_VALUES = 32
MAX_DISTANCE_VALUES = 1_000
MAX_CELLS = 4_096


class TooManyValuesError(ValueError):
    """Say that nominal or ratio alpha was asked for more different values than can be compared."""


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Hold what alpha needs of each group of units, added up.

    sums: (g, k), one unit of the group (or the whole group where `units` is 1); units: (g,) the
    number of such units; alphas: from (b, k) totals to (b,) values, NaN where undefined.
    """

    sums: FloatArray
    units: IntArray
    alphas: Callable[[FloatArray], FloatArray]


def unit_sums(patterns: Patterns, level: Level, seed: int) -> UnitSums:
    """Prepare alpha at a level of measurement for patterns of pairable units.

    Where more than 4,096 different patterns exist, units are pooled at random (by the seed) into
    that many groups of equal size: resampling such groups gives a total the same variance as
    resampling units, at a fixed cost. Up to 32 different values, everything is exact. Above, the
    interval of ordinal alpha holds the ranks of the values as they are in the full data.
    Raises TooManyValuesError above 1,000 different values at the nominal and ratio levels.
    """
    patterns = patterns.observed()
    n_values = len(patterns.values)
    groups, group_units = np.arange(patterns.n_rows), patterns.units
    if patterns.n_rows > MAX_CELLS:
        patterns, groups = _pooled(patterns, seed)
        group_units = np.ones(MAX_CELLS, dtype=np.int64)
    if n_values <= MAX_MATRIX_VALUES:
        return _matrix_sums(patterns, groups, group_units, level)
    if level in (Level.INTERVAL, Level.ORDINAL):
        return _moment_sums(patterns, groups, group_units, level)
    if n_values > MAX_DISTANCE_VALUES:
        raise TooManyValuesError(f"{n_values} different values at the {level} level")
    return _distance_sums(patterns, groups, group_units, level)


def _pooled(patterns: Patterns, seed: int) -> tuple[Patterns, IntArray]:
    """Give one row per unit in random order, and the group of each."""
    each = np.repeat(np.arange(patterns.n_rows), patterns.units)
    order = np.random.default_rng(seed).permutation(each)
    groups = np.arange(len(order)) * MAX_CELLS // len(order)
    return patterns.take(order, np.ones(len(order), dtype=np.int64)), groups


def _matrix_sums(patterns: Patterns, groups: IntArray, units: IntArray, level: Level) -> UnitSums:
    width, values = len(patterns.values), patterns.values
    ones = np.ones(patterns.n_rows, dtype=np.int64)
    stack = coincidence_stack(patterns, ones, groups, len(units))

    def alphas(totals: FloatArray) -> FloatArray:
        return alphas_from_coincidences(totals.reshape(-1, width, width), level, values)

    return UnitSums(stack.reshape(len(units), -1), units, alphas)


def _moment_sums(patterns: Patterns, groups: IntArray, units: IntArray, level: Level) -> UnitSums:
    values = patterns.values
    if level is Level.ORDINAL:
        values = mid_ranks(patterns.marginals.astype(np.float64))
    sums, squares = moments(patterns, standard_scores(values))
    disagreement = disagreement_from_moments(patterns.sizes, sums, squares)
    columns = (disagreement, patterns.sizes, sums, squares)
    grouped = [np.bincount(groups, column, len(units)) for column in columns]

    def alphas(totals: FloatArray) -> FloatArray:
        return alphas_from_moments(*totals.T)

    return UnitSums(np.column_stack(grouped).astype(np.float64), units, alphas)


def _distance_sums(patterns: Patterns, groups: IntArray, units: IntArray, level: Level) -> UnitSums:
    width = len(patterns.values)
    squared = squared_distances(level, patterns.values, patterns.marginals.astype(np.float64))
    first, second = cell_pairs(patterns)
    rows, columns, counts = patterns.rows, patterns.columns, patterns.counts
    apart = 2.0 * counts[first] * counts[second] * squared[columns[first], columns[second]]
    disagreement = np.bincount(rows[first], apart, patterns.n_rows) / (patterns.sizes - 1)
    observed = np.bincount(groups, disagreement, len(units))
    marginals = np.bincount(groups[rows] * width + columns, counts, len(units) * width)

    def alphas(totals: FloatArray) -> FloatArray:
        return alphas_from_marginals(totals[:, 0], totals[:, 1:], squared)

    return UnitSums(np.column_stack((observed, marginals.reshape(-1, width))), units, alphas)
