"""Put a percentile interval around alpha by drawing the units again, with replacement."""

from dataclasses import dataclass

import numpy as np

from reviews.agreement.counts import FloatArray
from reviews.agreement.sums import UnitSums

RESAMPLES = 2_000
MAX_UNDEFINED_SHARE = 0.05
_CHUNK = 250


@dataclass(frozen=True)
class Interval:
    """Hold the bounds of an interval."""

    low: float
    high: float


def percentile_interval(
    unit_sums: UnitSums, seed: int, *, resamples: int = RESAMPLES, confidence: float = 0.95
) -> Interval | None:
    """Give the interval between the equal-tailed percentiles of alpha over resamples of the units.

    A resample is one multinomial draw over the groups of `unit_sums`. One in which alpha is
    undefined is dropped; None where more than 5 % were, or there is no unit to draw.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    alphas = _resampled(unit_sums, np.random.default_rng(seed), resamples)
    kept = alphas[~np.isnan(alphas)]
    if not len(kept) or resamples - len(kept) > MAX_UNDEFINED_SHARE * resamples:
        return None
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(kept, (tail, 1.0 - tail))
    return Interval(float(low), float(high))


def _resampled(unit_sums: UnitSums, rng: np.random.Generator, resamples: int) -> FloatArray:
    n_units = int(unit_sums.units.sum())
    if not n_units:
        return np.empty(0)
    shares = unit_sums.units / n_units
    alphas = []
    for start in range(0, resamples, _CHUNK):
        draws = rng.multinomial(n_units, shares, size=min(_CHUNK, resamples - start))
        alphas.append(unit_sums.alphas(draws.astype(np.float64) @ unit_sums.sums))
    return np.concatenate(alphas)
