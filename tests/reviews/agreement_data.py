"""Read the published vectors, and draw random judgments for the tests of agreement."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from reviews.agreement.counts import FloatArray, Patterns, long_arrays, patterns_from_long
from reviews.agreement.counts import value_codes as codes_of
from reviews.agreement.summary import AgreementSummary, summarise
from reviews.agreement.terms import Level

VECTORS = Path(__file__).parents[1] / "vectors"

Table = Sequence[Sequence[float | None]]


def vector(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return loaded


def patterns_of(table: Table, categories: Sequence[float] | None = None) -> Patterns:
    units, _, values = long_arrays(table)
    codes, scale, _ = codes_of(values, categories)
    return patterns_from_long(units, codes, scale)


def summary_of(
    table: Table, level: Level, categories: Sequence[float] | None = None, seed: int = 7
) -> AgreementSummary:
    units, raters, values = long_arrays(table)
    return summarise(units, raters, values, level=level, categories=categories, seed=seed)


def pairs_from_two_rater_table(table: Sequence[Sequence[int]]) -> list[list[float | None]]:
    """Unroll a table of (first rater's category, second rater's) counts into units of two."""
    return [
        [float(row), float(column)]
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


def noisy_table(
    units: int, raters: int, levels: int, *, seed: int, missing: float = 0.2, spread: int = 1
) -> FloatArray:
    """Draw judgments of a hidden truth on levels 1..n, with errors of a few levels and gaps."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, levels + 1, size=(units, 1))
    errors = rng.integers(-spread, spread + 1, size=(units, raters)) * (
        rng.random((units, raters)) < 0.5
    )
    table = (truth + errors).clip(1, levels).astype(np.float64)
    table[rng.random(table.shape) < missing] = np.nan
    return table


def rating_tables(
    values: st.SearchStrategy[float], max_units: int = 12, max_raters: int = 5
) -> st.SearchStrategy[list[list[float | None]]]:
    """Draw tables of units x raters with missing values."""
    cell = st.none() | values
    return st.integers(1, max_raters).flatmap(
        lambda raters: st.lists(
            st.lists(cell, min_size=raters, max_size=raters), min_size=1, max_size=max_units
        )
    )


SCALE_VALUES: st.SearchStrategy[float] = st.integers(1, 5).map(float)
