"""Turn judgments into distinct count vectors, from which every coefficient here is worked out.

A coefficient that treats evaluators as exchangeable depends on a unit (one task under one
criterion) only through how often each value was given to it. Units with equal counts are kept
once, with their number, so that the work depends on the variety of the data and not on its size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Column = Sequence[Any] | NDArray[Any]

_KEY_LIMIT = 2**62


@dataclass(frozen=True, eq=False)
class Patterns:
    """Hold the distinct count vectors of a set of units, and how many units have each.

    Row p has the cells `offsets[p]:offsets[p + 1]`; a cell says that the value in `columns` was
    given `counts` times (>= 1). Columns ascend within a row. Rows come in an order that depends
    on their content alone, so the names of units and evaluators cannot reach a seeded draw.

    values: (q,) numbers behind the columns; units: (p,) number of units per row.
    """

    values: FloatArray
    offsets: IntArray
    columns: IntArray
    counts: IntArray
    units: IntArray

    @property
    def n_rows(self) -> int:
        return len(self.units)

    @property
    def n_units(self) -> int:
        return int(self.units.sum())

    @cached_property
    def rows(self) -> IntArray:
        """Give the row of each cell, shape (cells,)."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.offsets))

    @cached_property
    def sizes(self) -> IntArray:
        """Give the number of values in one unit of each row, shape (p,)."""
        return self.per_row(self.counts).astype(np.int64)

    @cached_property
    def marginals(self) -> IntArray:
        """Give how often each value was given over all units, shape (q,)."""
        weights = self.counts * self.units[self.rows]
        return np.bincount(self.columns, weights, len(self.values)).astype(np.int64)

    def per_row(self, cell_weights: NDArray[Any]) -> FloatArray:
        """Sum a (cells,) array over the cells of each row, shape (p,)."""
        return np.bincount(self.rows, cell_weights, self.n_rows).astype(np.float64)

    def table(self) -> IntArray:
        """Give the count vectors as a dense array, shape (p, q)."""
        dense = np.zeros((self.n_rows, len(self.values)), dtype=np.int64)
        dense[self.rows, self.columns] = self.counts
        return dense

    def take(self, rows: IntArray, units: IntArray) -> "Patterns":
        """Give the named rows in the named order, with new numbers of units."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        cells = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], lengths)
        return Patterns(self.values, offsets, self.columns[cells], self.counts[cells], units)

    def pairable(self) -> "Patterns":
        """Keep the units with two or more values: only these can agree or disagree."""
        rows = np.flatnonzero(self.sizes >= 2)
        return self.take(rows, self.units[rows])

    def observed(self) -> "Patterns":
        """Drop the values that were never given."""
        used = self.marginals > 0
        renumbered = np.cumsum(used) - 1
        columns = renumbered[self.columns]
        return Patterns(self.values[used], self.offsets, columns, self.counts, self.units)


def long_arrays(table: Sequence[Column] | FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Unroll a (units, evaluators) table of numbers into unit, evaluator and value arrays.

    None and NaN mean "not judged" and are left out.
    """
    ratings = np.asarray(table, dtype=np.float64)
    if ratings.ndim != 2:
        ratings = ratings.reshape(len(ratings), -1) if ratings.size else np.empty((0, 0))
    unit, rater = np.nonzero(~np.isnan(ratings))
    return unit, rater, ratings[unit, rater]


def is_present(values: NDArray[Any]) -> BoolArray:
    """Mark the entries that are neither None nor NaN, shape (n,)."""
    if values.dtype == object:
        return np.fromiter(map(_is_given, values), np.bool_, len(values))
    if values.dtype.kind == "f":
        return np.asarray(~np.isnan(values))
    return np.ones(len(values), dtype=np.bool_)


def _is_given(value: object) -> bool:
    return value is not None and not (isinstance(value, float | Decimal) and math.isnan(value))


def plain_array(values: NDArray[Any]) -> NDArray[Any]:
    """Give numbers as float64 and anything else as text.

    Raises ValueError for an infinite number.
    """
    if values.dtype == object and all(isinstance(value, Number) for value in values):
        values = values.astype(np.float64)
    if values.dtype.kind not in "biuf":
        return values.astype(np.str_)
    numbers = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("values must be finite")
    return numbers


def identity_codes(ids: NDArray[Any]) -> tuple[NDArray[Any], IntArray]:
    """Number the distinct entries from 0 in sorted order: (distinct, code of each entry)."""
    if ids.dtype.kind in "iu" and len(ids):
        low, high = int(ids.min()), int(ids.max())
        if high - low < 8 * len(ids):
            shifted = (ids - low).astype(np.int64)
            used = np.zeros(high - low + 1, dtype=np.bool_)
            used[shifted] = True
            return np.flatnonzero(used) + low, (np.cumsum(used) - 1)[shifted]
    distinct, codes = np.unique(ids, return_inverse=True)
    return distinct, codes.astype(np.int64)


def value_codes(
    values: NDArray[Any], categories: Column | None = None
) -> tuple[IntArray, FloatArray, bool]:
    """Give each value its column: (codes (n,), numbers behind the columns (q,), are they numbers).

    With `categories` the columns are these, in the rubric's order, given or not. Without, they
    are the distinct values in ascending order. Text stands for its column's position.
    Raises ValueError for a value outside the categories or a category named twice.
    """
    values = plain_array(values)
    if categories is None:
        distinct, codes = _distinct_values(values)
    else:
        distinct = plain_array(np.asarray(categories))
        codes = _positions(values, distinct)
    if distinct.dtype.kind == "f":
        return codes, distinct, True
    return codes, np.arange(len(distinct), dtype=np.float64), False


def _distinct_values(values: NDArray[Any]) -> tuple[NDArray[Any], IntArray]:
    if values.dtype.kind == "f" and len(values) and np.abs(values).max() < _KEY_LIMIT:
        whole = values.astype(np.int64)
        if (whole == values).all():
            distinct, codes = identity_codes(whole)
            return distinct.astype(np.float64), codes
    return identity_codes(values)


def _positions(values: NDArray[Any], categories: NDArray[Any]) -> IntArray:
    if len(np.unique(categories)) < len(categories):
        raise ValueError("categories must be distinct")
    if not len(values):
        return np.empty(0, dtype=np.int64)
    if not len(categories) or values.dtype.kind != categories.dtype.kind:
        raise ValueError("every value must be one of the categories")
    order = np.argsort(categories)
    ranks = np.searchsorted(categories[order], values).clip(max=len(categories) - 1)
    positions: IntArray = order[ranks].astype(np.int64)
    if (categories[positions] != values).any():
        raise ValueError("every value must be one of the categories")
    return positions


def patterns_from_long(units: NDArray[Any], codes: IntArray, values: FloatArray) -> Patterns:
    """Count the values of each unit and merge units with equal counts.

    units: (n,) ids of any sortable kind; codes: (n,) columns in 0..q-1; values: (q,).
    """
    _, unit = identity_codes(units)
    n_units = int(unit.max()) + 1 if len(unit) else 0
    width = len(values)
    keys = unit * width + codes
    if n_units * width <= 16 * len(keys):
        dense = np.bincount(keys, minlength=n_units * width)
        cells = np.flatnonzero(dense)
        counts = dense[cells]
    else:
        cells, counts = np.unique(keys, return_counts=True)
    return _merged(values, cells, counts, np.ones(n_units, dtype=np.int64))


def patterns_from_counts(
    counts: ArrayLike, values: FloatArray, units: ArrayLike | None = None
) -> Patterns:
    """Merge equal rows of a (rows, q) table of counts; a row stands for `units` units, or one.

    Rows without any value, or that stand for no unit, are left out. Raises ValueError where the
    shapes differ or a number is negative.
    """
    table = np.asarray(counts, dtype=np.int64).reshape(-1, len(values))
    weight = np.ones(len(table), np.int64) if units is None else np.asarray(units, dtype=np.int64)
    if weight.shape != (len(table),):
        raise ValueError("units must have one number per row of counts")
    if (table < 0).any() or (weight < 0).any():
        raise ValueError("counts and units must not be negative")
    kept = (weight > 0) & table.any(axis=1)
    table = table[kept]
    cells = np.flatnonzero(table)
    return _merged(values, cells, table.ravel()[cells], weight[kept])


def _merged(values: FloatArray, cells: IntArray, counts: IntArray, units: IntArray) -> Patterns:
    rows, columns = np.divmod(cells, max(len(values), 1))
    lengths = np.bincount(rows, minlength=len(units))
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    unmerged = Patterns(values, offsets, columns.astype(np.int64), counts.astype(np.int64), units)
    _, first, inverse = np.unique(_row_keys(unmerged), return_index=True, return_inverse=True)
    totals = np.bincount(inverse, units, len(first)).astype(np.int64)
    return unmerged.take(first, totals)


def _row_keys(patterns: Patterns) -> IntArray:
    """Number the rows so that equal rows, and only these, have equal numbers.

    The number is the row's cells read as digits, replaced by its rank before it could overflow.
    """
    lengths = np.diff(patterns.offsets)
    most = int(patterns.counts.max(initial=0)) + 1
    digits = patterns.columns * most + patterns.counts
    keys, bound = np.zeros(len(lengths), dtype=np.int64), 1
    active, position = np.flatnonzero(lengths), 0
    while len(active):
        keys, bound = _appended(keys, bound, active, digits[patterns.offsets[active] + position])
        position += 1
        active = active[lengths[active] > position]
    # Rows of different lengths stopped growing at different times and may share a number.
    return _appended(keys, bound, np.arange(len(lengths)), lengths)[0]


def _appended(keys: IntArray, bound: int, at: IntArray, digits: IntArray) -> tuple[IntArray, int]:
    """Append a digit to some of the numbers, all below `bound`: (numbers, their new bound)."""
    base = int(digits.max(initial=0)) + 1
    if bound * base >= _KEY_LIMIT:
        distinct, ranks = np.unique(keys, return_inverse=True)
        keys, bound = ranks.astype(np.int64), len(distinct)
    keys[at] = keys[at] * base + digits
    return keys, bound * base


def cell_pairs(patterns: Patterns) -> tuple[IntArray, IntArray]:
    """List every pair of different cells of one row once: (first, second), positions of cells."""
    cells = np.arange(len(patterns.columns))
    ends = patterns.offsets[1:][patterns.rows]
    firsts, seconds = [cells[:0]], [cells[:0]]
    lag = 1
    while len(cells := cells[cells + lag < ends[cells]]):
        firsts.append(cells)
        seconds.append(cells + lag)
        lag += 1
    return np.concatenate(firsts), np.concatenate(seconds)


def coincidence_stack(
    patterns: Patterns, weights: IntArray, groups: IntArray, n_groups: int
) -> FloatArray:
    """Sum the weighted coincidences of rows over groups of rows, shape (groups, q, q).

    One unit of a row adds n_c (n_k - [c = k]) / (m - 1) to o_ck (Krippendorff 2011). `weights`
    and `groups` are (p,); every row must have two or more values.
    """
    width = len(patterns.values)
    scale = (weights / (patterns.sizes - 1))[patterns.rows]
    columns, counts, place = patterns.columns, patterns.counts, groups[patterns.rows]
    first, second = cell_pairs(patterns)
    like = counts * (counts - 1) * scale
    unlike = counts[first] * counts[second] * scale[first]
    diagonal = (place * width + columns) * width + columns
    upper = (place[first] * width + columns[first]) * width + columns[second]
    lower = (place[first] * width + columns[second]) * width + columns[first]
    total = np.bincount(
        np.concatenate((diagonal, upper, lower)),
        np.concatenate((like, unlike, unlike)),
        n_groups * width * width,
    )
    return total.astype(np.float64).reshape(n_groups, width, width)


def coincidences(patterns: Patterns) -> FloatArray:
    """Give the coincidence matrix over all pairable units, shape (q, q), symmetric."""
    pairable = patterns.pairable()
    one_group = np.zeros(pairable.n_rows, dtype=np.int64)
    return np.asarray(coincidence_stack(pairable, pairable.units, one_group, 1)[0])
