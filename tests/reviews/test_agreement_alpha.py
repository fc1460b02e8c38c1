"""Alpha against another implementation, along every route, and what must not change it."""

import itertools
from random import Random

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviews.agreement.alpha import (
    alpha_from_coincidences,
    alpha_from_moments,
    moments,
    squared_distances,
    standard_scores,
)
from reviews.agreement.counts import FloatArray, coincidences, patterns_from_counts
from reviews.agreement.sums import MAX_CELLS, MAX_MATRIX_VALUES, unit_sums
from reviews.agreement.terms import Level
from tests.reviews.agreement_data import (
    SCALE_VALUES,
    Table,
    noisy_table,
    patterns_of,
    rating_tables,
    summary_of,
)

EXACT = 1e-9
LEVELS = st.sampled_from(list(Level))


def oracle(table: FloatArray, level: Level) -> float:
    value: float = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level.value)
    return value


def many_valued_table(units: int, raters: int, seed: int) -> FloatArray:
    """Draw judgments on a scale of 0..100 in whole points, more than a matrix holds."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(10, 90, size=(units, 1))
    table = (truth + rng.integers(-10, 11, size=(units, raters))).astype(np.float64)
    table[rng.random(table.shape) < 0.2] = np.nan
    return table


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_another_implementation(level: Level, seed: int) -> None:
    table = noisy_table(40, 4, levels=5, seed=seed, missing=0.3)
    assert summary_of(table.tolist(), level).alpha == pytest.approx(oracle(table, level), abs=EXACT)


@given(table=rating_tables(SCALE_VALUES), level=LEVELS)
def test_it_agrees_with_another_implementation_on_any_table(table: Table, level: Level) -> None:
    alpha = summary_of(table, level).alpha
    assume(alpha is not None)
    assert alpha == pytest.approx(oracle(np.array(table, dtype=float), level), abs=EXACT)


@pytest.mark.parametrize("level", list(Level))
def test_it_agrees_with_another_implementation_on_many_values(level: Level) -> None:
    table = many_valued_table(300, 3, seed=1)
    assert len(patterns_of(table.tolist()).values) > MAX_MATRIX_VALUES
    assert summary_of(table.tolist(), level).alpha == pytest.approx(oracle(table, level), abs=EXACT)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(
    "table",
    [noisy_table(8_000, 9, levels=11, seed=3, spread=5), many_valued_table(6_000, 4, seed=3)],
    ids=["scale", "many values"],
)
def test_it_gives_the_same_alpha_when_units_are_pooled(level: Level, table: FloatArray) -> None:
    patterns = patterns_of(table.tolist()).pairable()
    assert patterns.n_rows > MAX_CELLS
    prepared = unit_sums(patterns, level, seed=5)
    assert prepared.units.tolist() == [1] * MAX_CELLS
    whole = alpha_from_coincidences(coincidences(patterns), level, patterns.values)
    assert prepared.alphas(prepared.sums.sum(axis=0, keepdims=True))[0] == pytest.approx(
        whole, abs=EXACT
    )


@given(table=rating_tables(SCALE_VALUES), level=LEVELS)
def test_it_gives_one_alpha_from_judgments_counts_and_histogram(table: Table, level: Level) -> None:
    values = np.arange(1.0, 6.0)
    dense = np.array([[row.count(value) for value in values] for row in table])
    rows, units = np.unique(dense, axis=0, return_counts=True)
    from_judgments = summary_of(table, level).alpha
    assume(from_judgments is not None)
    for patterns in (
        patterns_from_counts(dense, values),
        patterns_from_counts(rows, values, units),
        patterns_of(table),
    ):
        alpha = alpha_from_coincidences(coincidences(patterns), level, patterns.values)
        assert alpha == pytest.approx(from_judgments, abs=EXACT)


@given(rating_tables(st.floats(-1e3, 1e3).map(lambda value: round(value, 2))))
def test_it_gives_one_interval_alpha_from_moments_and_coincidences(table: Table) -> None:
    patterns = patterns_of(table)
    matrix = alpha_from_coincidences(coincidences(patterns), Level.INTERVAL, patterns.values)
    sums, squares = moments(patterns, standard_scores(patterns.values))
    each = np.repeat(np.arange(patterns.n_rows), patterns.units)
    by_moments = alpha_from_moments(patterns.sizes[each], sums[each], squares[each])
    assume(matrix is not None)
    assert by_moments == pytest.approx(matrix, abs=1e-6)


def test_it_keeps_its_digits_far_from_zero() -> None:
    near = many_valued_table(200, 3, seed=2)
    shifted = (near + 2**40).tolist()
    assert summary_of(shifted, Level.INTERVAL).alpha == pytest.approx(
        oracle(near, Level.INTERVAL), abs=EXACT
    )


def test_it_stays_finite_on_the_largest_numbers() -> None:
    table = [[1.5e308, -1.5e308], [1.5e308, 1.5e308], [-1.5e308, -1.5e308]]
    assert summary_of(table, Level.INTERVAL).alpha == pytest.approx(
        oracle(np.array([[1, -1], [1, 1], [-1, -1.0]]), Level.INTERVAL), abs=EXACT
    )


@given(
    table=rating_tables(SCALE_VALUES),
    level=LEVELS,
    order=st.randoms(use_true_random=False),
)
def test_it_does_not_ask_who_judged_or_in_what_order(
    table: list[list[float | None]], level: Level, order: Random
) -> None:
    before = summary_of(table, level, [1, 2, 3, 4, 5])
    shuffled = list(table)
    order.shuffle(shuffled)
    columns = list(range(len(table[0])))
    order.shuffle(columns)
    renamed = [[row[column] for column in columns] for row in shuffled]
    assert summary_of(renamed, level, [1, 2, 3, 4, 5]) == before


def test_it_gives_the_same_interval_under_other_names() -> None:
    for table in (noisy_table(60, 3, levels=5, seed=4), many_valued_table(60, 3, seed=4)):
        before = summary_of(table.tolist(), Level.INTERVAL)
        assert before.alpha_low is not None
        assert summary_of(table[::-1, ::-1].tolist(), Level.INTERVAL) == before


@given(table=rating_tables(SCALE_VALUES), labels=st.permutations([1.0, 2.0, 3.0, 4.0, 5.0]))
def test_it_does_not_ask_what_nominal_labels_are_called(table: Table, labels: list[float]) -> None:
    renamed = [[None if cell is None else labels[int(cell) - 1] for cell in row] for row in table]
    before = summary_of(table, Level.NOMINAL, [1, 2, 3, 4, 5])
    after = summary_of(renamed, Level.NOMINAL, [1, 2, 3, 4, 5])
    assert after.status == before.status
    for name in ("alpha", "percent", "ac1"):
        was, now = getattr(before, name), getattr(after, name)
        assert now is None if was is None else now == pytest.approx(was, abs=EXACT)


@given(table=rating_tables(SCALE_VALUES), level=LEVELS, extra=st.lists(SCALE_VALUES, max_size=6))
def test_it_is_not_moved_by_units_with_one_judgment(
    table: list[list[float | None]], level: Level, extra: list[float]
) -> None:
    gaps: list[float | None] = [None] * (len(table[0]) - 1)
    before = summary_of(table, level, [1, 2, 3, 4, 5])
    after = summary_of(table + [[value, *gaps] for value in extra], level, [1, 2, 3, 4, 5])
    assert after.alpha == before.alpha
    assert after.percent == before.percent
    assert after.n_pairable_units == before.n_pairable_units
    assert after.n_units == before.n_units + len(extra)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=8))
def test_it_measures_ordinal_distance_by_the_ranks_between(marginals: list[int]) -> None:
    counts = np.array(marginals, dtype=np.float64)
    squared = squared_distances(Level.ORDINAL, np.arange(float(len(counts))), counts)
    for c, k in itertools.combinations(range(len(counts)), 2):
        between = counts[c : k + 1].sum() - (counts[c] + counts[k]) / 2
        assert squared[c, k] == squared[k, c] == pytest.approx(between**2)


def test_it_measures_ratio_distance_from_a_true_zero() -> None:
    squared = squared_distances(Level.RATIO, np.array([0.0, 1.0, 3.0]), np.ones(3))
    assert squared == pytest.approx(np.array([[0, 1, 1], [1, 0, 0.25], [1, 0.25, 0]]))


def test_it_refuses_negative_values_at_the_ratio_level() -> None:
    with pytest.raises(ValueError, match="negative"):
        summary_of([[-1.0, 2.0]], Level.RATIO)


@pytest.mark.parametrize("level", list(Level))
def test_it_leaves_alpha_undefined_where_nothing_varies(level: Level) -> None:
    patterns = patterns_of([[3, 3], [3, None], [3, 3]])
    assert alpha_from_coincidences(coincidences(patterns), level, patterns.values) is None
    assert alpha_from_moments(np.array([2]), np.array([0.6]), np.array([0.18])) is None
