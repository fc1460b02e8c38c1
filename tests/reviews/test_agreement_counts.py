"""Count vectors hold everything the judgments say about agreement, each once."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.agreement.counts import (
    coincidences,
    is_present,
    long_arrays,
    patterns_from_counts,
    patterns_from_long,
    plain_array,
    value_codes,
)
from tests.reviews.agreement_data import SCALE_VALUES, Table, patterns_of, rating_tables


def test_it_merges_units_with_equal_counts() -> None:
    patterns = patterns_of([[1, 2, None], [2, 1, None], [3, 3, 3], [None, 2, 1], [None, 3, None]])
    rows = zip(patterns.table().tolist(), patterns.units.tolist(), strict=True)
    assert sorted(rows) == [([0, 0, 1], 1), ([0, 0, 3], 1), ([1, 1, 0], 3)]
    assert patterns.n_units == 5
    assert patterns.marginals.tolist() == [3, 3, 4]


@given(rating_tables(SCALE_VALUES | st.floats(-1e6, 1e6, allow_nan=False)))
def test_it_keeps_every_count_vector_of_the_table(table: Table) -> None:
    patterns = patterns_of(table)
    values = patterns.values.tolist()
    wanted = Counter(
        tuple(sum(cell == value for cell in row) for value in values)
        for row in table
        if any(cell is not None for cell in row)
    )
    found = dict(zip(map(tuple, patterns.table().tolist()), patterns.units.tolist(), strict=True))
    assert found == wanted


def test_it_tells_long_rows_apart_by_any_of_their_cells() -> None:
    # Read as one number, these rows take 138 bits, and all but the lowest 64 are the same powers
    # of two: an overflow would lose the first cell without a trace.
    row = 2 ** np.arange(5, 17) - 1
    other_first = np.concatenate((row[:1] - 1, row[1:]))
    tables = [row, other_first, row[:-1], np.append(row[:-1], row[-1] - 1), row]
    units = np.repeat(np.arange(len(tables)), [len(columns) for columns in tables])
    patterns = patterns_from_long(units, np.concatenate(tables), np.arange(2.0**16))
    assert sorted(patterns.units.tolist()) == [1, 1, 1, 2]
    found = {tuple(part) for part in np.split(patterns.columns, patterns.offsets[1:-1])}
    assert found == {tuple(columns) for columns in tables}


@given(rating_tables(SCALE_VALUES))
def test_it_sums_coincidences_as_the_definition_does(table: Table) -> None:
    patterns = patterns_of(table, [1, 2, 3, 4, 5])
    wanted = np.zeros((5, 5))
    for row in table:
        given_values = [int(cell) - 1 for cell in row if cell is not None]
        for i, left in enumerate(given_values):
            for j, right in enumerate(given_values):
                if i != j:
                    wanted[left, right] += 1 / (len(given_values) - 1)
    np.testing.assert_allclose(coincidences(patterns), wanted, atol=1e-9)


@given(rating_tables(SCALE_VALUES))
def test_it_reads_stored_counts_as_it_reads_judgments(table: Table) -> None:
    patterns = patterns_of(table, [1, 2, 3, 4, 5])
    halves = np.concatenate((patterns.table(), patterns.table()))
    units = np.concatenate((patterns.units, 2 * patterns.units))
    again = patterns_from_counts(halves, patterns.values, units)
    assert again.table().tolist() == patterns.table().tolist()
    assert again.units.tolist() == (3 * patterns.units).tolist()


def test_it_leaves_out_empty_counts() -> None:
    patterns = patterns_from_counts([[0, 0], [1, 2], [3, 0]], np.array([1.0, 2.0]), [5, 1, 0])
    assert patterns.table().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("counts", "units", "message"),
    [([[1, -1]], None, "negative"), ([[1, 1]], [-1], "negative"), ([[1, 1]], [1, 2], "one number")],
)
def test_it_refuses_counts_that_cannot_be(
    counts: list[list[int]], units: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        patterns_from_counts(counts, np.array([1.0, 2.0]), units)


def test_it_unrolls_a_table_without_its_gaps() -> None:
    units, raters, values = long_arrays([[1, None], [float("nan"), 2.5]])
    assert units.tolist() == [0, 1]
    assert raters.tolist() == [0, 1]
    assert values.tolist() == [1.0, 2.5]
    assert [array.tolist() for array in long_arrays([])] == [[], [], []]


def test_it_knows_a_missing_value_of_any_kind() -> None:
    mixed = np.array([1, None, float("nan"), Decimal("NaN"), Decimal("2.5"), "good"], dtype=object)
    assert is_present(mixed).tolist() == [True, False, False, False, True, True]
    assert is_present(np.array([0, 1])).all()


def test_it_reads_decimals_as_numbers_and_refuses_infinity() -> None:
    decimals = plain_array(np.array([Decimal("2.5"), Decimal(3)], dtype=object))
    assert decimals.tolist() == [2.5, 3.0]
    with pytest.raises(ValueError, match="finite"):
        plain_array(np.array([1.0, np.inf]))


def test_it_numbers_values_by_the_rubrics_order() -> None:
    codes, scale, are_numbers = value_codes(
        np.array(["good", "poor"]), np.array(["poor", "fair", "good"])
    )
    assert codes.tolist() == [2, 0]
    assert scale.tolist() == [0.0, 1.0, 2.0]
    assert not are_numbers
    codes, scale, are_numbers = value_codes(np.array([7, 9]), [9, 8, 7])
    assert codes.tolist() == [2, 0]
    assert scale.tolist() == [9.0, 8.0, 7.0]
    assert are_numbers


@pytest.mark.parametrize(
    ("values", "categories", "message"),
    [
        ([1, 2], [1, 1, 2], "distinct"),
        ([1, 4], [1, 2, 3], "one of the categories"),
        ([1, 2], ["1", "2"], "one of the categories"),
        ([1], [], "one of the categories"),
    ],
)
def test_it_refuses_values_the_rubric_does_not_offer(
    values: list[int], categories: list[object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        value_codes(np.array(values), categories)
