"""Hold the coefficients against published numbers."""

from typing import Any

import numpy as np
import pytest

from reviews.agreement.alpha import (
    alpha_from_coincidences,
    alpha_from_moments,
    moments,
    standard_scores,
)
from reviews.agreement.counts import Patterns, coincidences, patterns_from_counts
from reviews.agreement.gwet import ac1
from reviews.agreement.percent import percent_agreement
from reviews.agreement.terms import Level
from tests.reviews.agreement_data import (
    pairs_from_two_rater_table,
    patterns_of,
    summary_of,
    vector,
)


def expected(case: dict[str, Any], name: str) -> Any:
    entry = case["expected"][name]
    value = np.array(entry["value"]) if isinstance(entry["value"], list) else entry["value"]
    return pytest.approx(value, abs=entry["abs_tol"])


def alpha(patterns: Patterns, level: Level) -> float | None:
    return alpha_from_coincidences(coincidences(patterns), level, patterns.values)


@pytest.mark.parametrize("level", list(Level))
def test_it_gives_krippendorffs_four_alphas(level: Level) -> None:
    case = vector("kripp2011_canonical")
    patterns = patterns_of(case["inputs"]["ratings"])
    assert alpha(patterns, level) == expected(case, level.value)
    assert alpha(patterns, level) == pytest.approx(
        case["computed_full_precision"][level.value], abs=1e-12
    )
    assert summary_of(case["inputs"]["ratings"], level).alpha == expected(case, level.value)


def test_it_gives_krippendorffs_alpha_of_binary_data() -> None:
    case = vector("kripp2011_A_binary")
    patterns = patterns_of(case["inputs"]["ratings"])
    assert alpha(patterns, Level.NOMINAL) == expected(case, "nominal")


def test_it_gives_the_canonical_coincidences() -> None:
    case = vector("coincidence_matrix_canonical")
    ratings = case["inputs"]["ratings"]
    matrix = coincidences(patterns_of(ratings))
    assert matrix == expected(case, "matrix")
    assert matrix.sum() == expected(case, "total")


def test_it_adds_up_the_coincidences_of_parts() -> None:
    case = vector("coincidence_matrix_canonical")
    ratings, values = case["inputs"]["ratings"], case["inputs"]["values"]
    parts = [coincidences(patterns_of(part, values)) for part in (ratings[:6], ratings[6:])]
    assert sum(parts) == expected(case, "sum_of_parts_units_1_6_and_7_12")


def test_it_gives_gwets_ac1_where_evaluators_miss_units() -> None:
    case = vector("gwet2014_raw4raters_unweighted")
    patterns = patterns_of(case["inputs"]["ratings"], case["inputs"]["categories"])
    assert percent_agreement(patterns) == expected(case, "percent_agreement")
    assert ac1(patterns, 5) == expected(case, "gwet_ac1")
    assert alpha(patterns, Level.NOMINAL) == expected(case, "krippendorff_alpha")


def test_it_gives_gwets_ac1_from_category_counts() -> None:
    case = vector("gwet_distrib_6raters_identity")
    patterns = patterns_from_counts(case["inputs"]["counts"], np.arange(5.0))
    assert ac1(patterns, 5) == expected(case, "gwet")
    assert alpha(patterns, Level.NOMINAL) == expected(case, "krippendorff")


def test_it_gives_the_agreement_of_two_abstractors() -> None:
    case = vector("gwet_3x3_abstractors")
    patterns = patterns_of(pairs_from_two_rater_table(case["inputs"]["table"]))
    assert percent_agreement(patterns) == expected(case, "pa2")
    assert ac1(patterns, 3) == expected(case, "gwet")
    assert alpha(patterns, Level.NOMINAL) == expected(case, "krippendorff")


def test_it_gives_fleiss_observed_agreement() -> None:
    case = vector("fleiss1971_psychiatric")
    assert percent_agreement(patterns_of(case["inputs"]["ratings"])) == expected(case, "p_observed")


@pytest.mark.parametrize("name", ["kappa_paradox_1", "kappa_paradox_2"])
def test_it_shows_the_prevalence_paradox(name: str) -> None:
    case = vector(name)
    patterns = patterns_of(pairs_from_two_rater_table(case["inputs"]["table"]))
    assert percent_agreement(patterns) == expected(case, "percent_agreement")
    assert ac1(patterns, 2) == expected(case, "gwet_ac1")


def test_it_gives_interval_alpha_from_moments() -> None:
    case = vector("interval_alpha_moments")
    patterns = patterns_of(case["inputs"]["ratings"])
    sums, squares = moments(patterns, standard_scores(patterns.values))
    assert alpha_from_moments(patterns.sizes, sums, squares) == expected(case, "interval")
    assert summary_of(case["inputs"]["ratings"], Level.INTERVAL).alpha == expected(case, "interval")


@pytest.mark.parametrize(
    "case", vector("degenerate_cases")["inputs"]["cases"], ids=lambda case: case["name"]
)
def test_it_gives_null_and_a_reason_where_agreement_is_undefined(case: dict[str, Any]) -> None:
    summary = summary_of(case["ratings"], Level.NOMINAL, case["categories"])
    wanted = case["expected"]
    for found, name in (
        (summary.alpha, "alpha"),
        (summary.percent, "percent_agreement"),
        (summary.ac1, "gwet_ac1"),
    ):
        value = wanted[name]
        assert found is None if value is None else found == pytest.approx(value, abs=1e-9)
    assert summary.status == wanted["reason"]
    assert summary.verdict is None
    assert summary.alpha_low is None
    assert summary.alpha_high is None
