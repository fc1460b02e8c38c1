"""Work out Krippendorff's alpha: 1 - observed disagreement / disagreement expected by chance.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); Content Analysis
(2004), chapter 11. Interval alpha from moments is the same quantity, rearranged.
"""

import numpy as np

from reviews.agreement.counts import FloatArray, IntArray, Patterns
from reviews.agreement.terms import Level

# Below this share of the second moment, a variance is rounding error.
_NO_VARIANCE = 1e-12


def squared_distances(level: Level, values: FloatArray, marginals: FloatArray) -> FloatArray:
    """Give the squared distance of each pair of values, shape (..., q, q).

    values: (q,), in ascending rank for the ordinal level; marginals: (..., q), used by the
    ordinal level only, whose distances depend on how often each value was given. Interval and
    ratio distances are in units of the largest value, which leaves alpha as it is.
    Raises ValueError for a negative value at the ratio level.
    """
    if level is Level.ORDINAL:
        ranks = mid_ranks(marginals)
        return np.asarray(np.square(ranks[..., :, None] - ranks[..., None, :]))
    if level is Level.NOMINAL:
        return 1.0 - np.eye(len(values))
    if level is Level.INTERVAL:
        scores = standard_scores(values)
        return np.square(scores[:, None] - scores[None, :])
    if (values < 0).any():
        raise ValueError("the ratio level takes no negative values")
    shares = values / (values.max(initial=0.0) or 1.0)
    total = shares[:, None] + shares[None, :]
    total[total == 0] = 1.0
    return np.asarray(np.square((shares[:, None] - shares[None, :]) / total))


def mid_ranks(marginals: FloatArray) -> FloatArray:
    """Give each value the middle of the ranks it takes up, shape (..., q).

    Their difference is the ordinal distance: sum of n_g for g = c..k, less (n_c + n_k) / 2.
    """
    return np.asarray(np.cumsum(marginals, axis=-1) - marginals / 2)


def standard_scores(values: FloatArray) -> FloatArray:
    """Move the median to 0 and the farthest value to a distance of 1, so that sums do not cancel.

    Equal values become exactly 0.
    """
    if not len(values):
        return values
    halves = values / 2  # the difference of two very large values would overflow
    scores = halves - np.median(halves)
    return np.asarray(scores / (np.abs(scores).max() or 1.0))


def alphas_from_coincidences(stack: FloatArray, level: Level, values: FloatArray) -> FloatArray:
    """Give alpha for each matrix of a (b, q, q) stack, shape (b,); NaN where it is undefined."""
    marginals = stack.sum(axis=2)
    total = marginals.sum(axis=1)
    squared = squared_distances(level, values, marginals)
    observed = (stack * squared).sum(axis=(1, 2))
    chance = np.matmul(marginals[:, None, :], squared)[:, 0, :]
    return _ratio(observed, (chance * marginals).sum(axis=1), total)


def alphas_from_marginals(
    observed: FloatArray, marginals: FloatArray, squared: FloatArray
) -> FloatArray:
    """Give alpha from summed disagreements (b,), counts of values (b, q) and distances (q, q).

    `observed` is the sum of o_ck d2_ck, for distances that do not depend on the data.
    NaN where alpha is undefined.
    """
    expected = ((marginals @ squared) * marginals).sum(axis=1)
    return _ratio(observed, expected, marginals.sum(axis=1))


def alphas_from_moments(
    observed: FloatArray, total: FloatArray, sums: FloatArray, squares: FloatArray
) -> FloatArray:
    """Give interval alpha from summed disagreements, n, sum x and sum x^2, each (b,).

    `observed` is the sum over units of `disagreement_from_moments`. NaN where undefined.
    """
    expected = 2.0 * (total * squares - np.square(sums))
    expected = np.where(expected <= _NO_VARIANCE * total * squares, 0.0, expected)
    return _ratio(observed, expected, total)


def disagreement_from_moments(sizes: IntArray, sums: FloatArray, squares: FloatArray) -> FloatArray:
    """Give each unit's 2 (m Q - S^2) / (m - 1), from m >= 2, S = sum x and Q = sum x^2, (u,)."""
    spread = np.maximum(sizes * squares - np.square(sums), 0.0)
    return np.asarray(2.0 * spread / (sizes - 1))


def alpha_from_coincidences(matrix: FloatArray, level: Level, values: FloatArray) -> float | None:
    """Give alpha from a (q, q) coincidence matrix and the values behind its rows, or None.

    None where fewer than two different values were paired: nothing could have disagreed.
    """
    return defined(alphas_from_coincidences(matrix[None], level, values)[0])


def alpha_from_moments(sizes: IntArray, sums: FloatArray, squares: FloatArray) -> float | None:
    """Give interval alpha from each unit's m, sum x and sum x^2, each (u,), or None.

    Centre x before summing (on the midpoint of the scale, say): sums of large numbers that
    differ by little cancel. Units with one value are left out.
    """
    pairable = sizes >= 2
    m, s, q = sizes[pairable], sums[pairable], squares[pairable]
    observed = disagreement_from_moments(m, s, q).sum(keepdims=True)
    total = m.sum(keepdims=True).astype(np.float64)
    return defined(
        alphas_from_moments(observed, total, s.sum(keepdims=True), q.sum(keepdims=True))[0]
    )


def moments(patterns: Patterns, scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give sum x and sum x^2 of one unit of each row, for scores (q,) of its values: two (p,)."""
    given = scores[patterns.columns]
    return patterns.per_row(patterns.counts * given), patterns.per_row(patterns.counts * given**2)


def defined(value: float) -> float | None:
    """Give a plain float, or None for NaN."""
    return None if np.isnan(value) else float(value)


def _ratio(observed: FloatArray, expected: FloatArray, total: FloatArray) -> FloatArray:
    alphas = np.full(len(total), np.nan)
    varied = expected > 0
    alphas[varied] = 1.0 - (total[varied] - 1.0) * observed[varied] / expected[varied]
    return alphas
