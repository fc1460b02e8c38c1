"""The interval is repeatable, honest about what it dropped, and about as wide as it should be."""

import numpy as np
import pytest

from reviews.agreement.alpha import alpha_from_coincidences
from reviews.agreement.bootstrap import MAX_UNDEFINED_SHARE, RESAMPLES, percentile_interval
from reviews.agreement.counts import FloatArray, coincidences
from reviews.agreement.sums import UnitSums, unit_sums
from reviews.agreement.terms import Level
from tests.reviews.agreement_data import noisy_table, patterns_of


def prepared(table: FloatArray, level: Level = Level.ORDINAL) -> UnitSums:
    return unit_sums(patterns_of(table.tolist()).pairable(), level, seed=0)


def test_it_draws_at_least_two_thousand_resamples() -> None:
    assert RESAMPLES >= 2_000


def test_it_repeats_itself_under_one_seed() -> None:
    sums = prepared(noisy_table(50, 3, levels=5, seed=1))
    assert percentile_interval(sums, 11) == percentile_interval(sums, 11)
    assert percentile_interval(sums, 11) != percentile_interval(sums, 12)


@pytest.mark.parametrize("level", list(Level))
def test_it_is_stable_between_seeds_from_200_units_on(level: Level) -> None:
    sums = prepared(noisy_table(200, 3, levels=5, seed=2), level)
    intervals = [percentile_interval(sums, seed) for seed in range(5)]
    lows = [interval.low for interval in intervals if interval]
    highs = [interval.high for interval in intervals if interval]
    assert len(lows) == len(highs) == 5
    assert max(lows) - min(lows) < 0.01
    assert max(highs) - min(highs) < 0.01


@pytest.mark.parametrize("level", list(Level))
def test_it_matches_drawing_the_units_one_by_one(level: Level) -> None:
    table = noisy_table(80, 3, levels=5, seed=3)
    table = table[(~np.isnan(table)).sum(axis=1) >= 2]
    rng = np.random.default_rng(4)
    alphas = []
    for _ in range(1_000):
        patterns = patterns_of(table[rng.integers(0, len(table), len(table))].tolist())
        alpha = alpha_from_coincidences(coincidences(patterns), level, patterns.values)
        assert alpha is not None
        alphas.append(alpha)
    low, high = np.quantile(alphas, (0.025, 0.975))
    interval = percentile_interval(prepared(table, level), 5)
    assert interval is not None
    # Three standard errors of a 2.5 % quantile of 1,000 draws, in standard deviations of alpha.
    tolerance = 3 * 0.085 * float(np.std(alphas))
    assert interval.low == pytest.approx(low, abs=tolerance)
    assert interval.high == pytest.approx(high, abs=tolerance)


@pytest.mark.parametrize("level", list(Level))
def test_it_keeps_its_width_when_units_are_pooled(
    level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = noisy_table(3_000, 5, levels=9, seed=6, spread=4)
    assert patterns_of(table.tolist()).pairable().n_rows > 500
    one_by_one = percentile_interval(prepared(table, level), 1)
    monkeypatch.setattr("reviews.agreement.sums.MAX_CELLS", 500)
    pooled = percentile_interval(prepared(table, level), 1)
    assert one_by_one is not None
    assert pooled is not None
    width = one_by_one.high - one_by_one.low
    assert pooled.high - pooled.low == pytest.approx(width, rel=0.15)


def test_it_gives_no_interval_where_resamples_are_often_undefined() -> None:
    # One dissent in 40 units is missing from (39/40)^40 = 36 % of the resamples.
    table = np.array([[1.0, 1.0]] * 39 + [[1.0, 2.0]])
    assert percentile_interval(prepared(table, Level.NOMINAL), 1) is None


def test_it_drops_few_undefined_resamples() -> None:
    # Four dissents in 100 units are all missing from 0.96^100 = 1.7 % of the resamples.
    table = np.array([[1.0, 1.0]] * 96 + [[1.0, 2.0]] * 4)
    assert MAX_UNDEFINED_SHARE > 0.96**100
    interval = percentile_interval(prepared(table, Level.NOMINAL), 1)
    assert interval is not None
    assert -1 < interval.low <= interval.high < 1


def test_it_gives_no_interval_without_units() -> None:
    nothing = UnitSums(np.empty((0, 1)), np.empty(0, dtype=np.int64), lambda totals: totals[:, 0])
    assert percentile_interval(nothing, 1) is None
