"""The summary says what the data can carry, and never more."""

import math
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.agreement.summary import AgreementSummary, summarise, verdict_for
from reviews.agreement.terms import Level, Status, Verdict
from tests.reviews.agreement_data import (
    SCALE_VALUES,
    Table,
    noisy_table,
    rating_tables,
    summary_of,
)

FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]


def two_raters(agreeing: int, dissenting: int) -> Table:
    half = agreeing // 2
    return [[1.0, 1.0]] * half + [[2.0, 2.0]] * (agreeing - half) + [[1.0, 2.0]] * dissenting


def test_it_counts_what_it_rests_on() -> None:
    summary = summary_of([[1, 2, None], [2, 2, 3], [None, 4, None], [None] * 3], Level.ORDINAL)
    assert (summary.n_units, summary.n_pairable_units) == (3, 2)
    assert (summary.n_values, summary.n_raters) == (6, 3)


def test_it_takes_ids_and_labels_of_any_kind() -> None:
    summary = summarise(
        ["cat", "cat", "dog", "dog", "dog"],
        ["rosa", "ravi", "rosa", "ravi", "ada"],
        ["good", "good", "poor", "good", None],
        level=Level.ORDINAL,
        categories=["poor", "fair", "good"],
        seed=1,
    )
    assert summary.percent == 0.5
    assert summary.percent_within_one == 0.5
    assert (summary.n_values, summary.n_raters) == (4, 2)


def test_it_gives_a_verdict_with_the_interval_where_data_allow() -> None:
    summary = summary_of(noisy_table(120, 4, levels=5, seed=1).tolist(), Level.ORDINAL, FIVE)
    assert summary.status is Status.OK
    assert summary.alpha_low is not None
    assert summary.alpha is not None
    assert summary.alpha_high is not None
    assert summary.alpha_low < summary.alpha < summary.alpha_high
    assert summary.verdict is verdict_for(summary.alpha_low)


@pytest.mark.parametrize(
    ("low", "verdict"),
    [
        (0.8, Verdict.RELIABLE),
        (0.7999, Verdict.TENTATIVE),
        (0.667, Verdict.TENTATIVE),
        (0.6669, Verdict.NOT_RELIABLE),
        (-0.5, Verdict.NOT_RELIABLE),
    ],
)
def test_it_judges_by_the_lower_bound(low: float, verdict: Verdict) -> None:
    assert verdict_for(low) is verdict


@pytest.mark.parametrize(
    ("units", "status"),
    [
        (9, Status.OK_LOW_N),
        (10, Status.OK_PRELIMINARY),
        (29, Status.OK_PRELIMINARY),
        (30, Status.OK),
    ],
)
def test_it_says_how_far_few_units_go(units: int, status: Status) -> None:
    summary = summary_of(two_raters(units - 3, 3), Level.NOMINAL, [1, 2])
    assert summary.status is status
    assert summary.alpha is not None
    assert (summary.alpha_low is None) is (status is not Status.OK)
    assert (summary.verdict is None) is (status is not Status.OK)


@pytest.mark.parametrize(("dissents", "status"), [(9, Status.OK_LOW_VARIATION), (10, Status.OK)])
def test_it_wants_ten_units_off_the_most_frequent_value(dissents: int, status: Status) -> None:
    table: Table = [[1.0, 1.0]] * 60 + [[1.0, 2.0]] * dissents
    assert summary_of(table, Level.NOMINAL, [1, 2]).status is status


def test_it_gives_no_interval_it_cannot_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    table: Table = [[1.0, 1.0]] * 39 + [[1.0, 2.0]]
    monkeypatch.setattr("reviews.agreement.summary.MIN_UNITS_OFF_THE_MODE", 1)
    summary = summary_of(table, Level.NOMINAL, [1, 2])
    assert summary.status is Status.CI_UNRELIABLE
    assert summary.alpha is not None
    assert (summary.alpha_low, summary.alpha_high, summary.verdict) == (None, None, None)


def test_it_counts_the_rubrics_categories_and_not_those_seen() -> None:
    table = two_raters(20, 5)
    two, five = (summary_of(table, Level.NOMINAL, FIVE[:n]).ac1 for n in (2, 5))
    assert two is not None
    assert five is not None
    assert five > two
    assert summary_of(table, Level.NOMINAL).ac1 is None
    assert summary_of([[1.0, 1.0]], Level.NOMINAL, [1]).ac1 is None


def test_it_counts_neighbouring_levels_only_on_an_ordered_scale() -> None:
    table: Table = [[1, 2], [1, 3], [4, 4], [5, 4]]
    assert summary_of(table, Level.ORDINAL, FIVE).percent_within_one == 0.75
    assert summary_of(table, Level.INTERVAL, FIVE).percent_within_one == 0.75
    assert summary_of(table, Level.NOMINAL, FIVE).percent_within_one is None
    assert summary_of(table, Level.ORDINAL).percent_within_one is None


def test_it_ranks_levels_as_the_rubric_lists_them() -> None:
    table: Table = [[3, 1], [3, 3], [1, 1], [2, 2], [1, 3]]
    listed: Table = [[{3: 1, 1: 2, 2: 3}[int(cell)] for cell in row if cell] for row in table]
    found = summary_of(table, Level.ORDINAL, [3, 1, 2])
    assert found == summary_of(listed, Level.ORDINAL, [1, 2, 3])
    assert found.alpha != summary_of(table, Level.ORDINAL, [1, 2, 3]).alpha


@pytest.mark.parametrize("level", [Level.NOMINAL, Level.RATIO])
def test_it_says_where_values_are_too_many_to_compare(level: Level) -> None:
    values = np.arange(1.0, 1_202.0)
    table = np.stack((values, values + 0.5), axis=1).tolist()
    summary = summary_of(table, level)
    assert summary.status is Status.TOO_MANY_VALUES
    assert summary.alpha is None
    assert summary.percent == 0.0
    assert summary_of(table, Level.INTERVAL).status is Status.OK


@given(
    table=rating_tables(st.floats(0, allow_nan=False, allow_infinity=False), max_units=40),
    level=st.sampled_from(list(Level)),
)
def test_it_never_lets_out_nan_or_infinity(table: Table, level: Level) -> None:
    _assert_finite(summary_of(table, level))


@given(table=rating_tables(SCALE_VALUES, max_units=60), level=st.sampled_from(list(Level)))
def test_it_never_lets_out_nan_or_infinity_on_a_scale(table: Table, level: Level) -> None:
    summary = summary_of(table, level, FIVE)
    _assert_finite(summary)
    assert (summary.verdict is not None) is (summary.status is Status.OK)
    assert (summary.alpha is None) is (
        summary.status in (Status.NO_DATA, Status.NO_PAIRABLE_VALUES, Status.NO_VARIATION)
    )


def _assert_finite(summary: AgreementSummary) -> None:
    for field in fields(summary):
        value = getattr(summary, field.name)
        if isinstance(value, float):
            assert type(value) is float
            assert math.isfinite(value)
        elif value is not None:
            assert type(value) in (int, Level, Status, Verdict)


@pytest.mark.parametrize(
    ("units", "raters", "values", "level", "message"),
    [
        ([1, 2], [1], [1.0, 2.0], Level.NOMINAL, "same length"),
        ([1, 1], [4, 4], [1.0, 2.0], Level.NOMINAL, "one value to a unit"),
        ([1, 1], [4, 5], [1.0, math.inf], Level.INTERVAL, "finite"),
        ([1, 1], [4, 5], ["a", "b"], Level.INTERVAL, "needs numbers"),
        ([1, 1], [4, 5], ["a", "b"], Level.ORDINAL, "needs numbers"),
    ],
)
def test_it_refuses_what_it_cannot_read(
    units: list[int], raters: list[int], values: list[object], level: Level, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        summarise(units, raters, values, level=level, categories=None, seed=1)


def test_it_lets_pages_name_a_status_without_loading_numpy() -> None:
    code = "import sys, reviews.agreement.terms; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
