"""Work out Gwet's AC1, which stays high where nearly every answer is the same and rightly so.

Source: K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition (2014), chapter 5.
"""

import numpy as np

from reviews.agreement.counts import Patterns
from reviews.agreement.percent import percent_agreement


def ac1(patterns: Patterns, n_categories: int) -> float | None:
    """Give AC1 = (p_a - p_e) / (1 - p_e), p_e = sum pi_k (1 - pi_k) / (q - 1), or None.

    `n_categories` is the q of the rubric, not the number of values seen: it changes the result.
    pi_k averages a unit's share of value k over all units, also those with one value. None where
    no unit has two values or the rubric offers fewer than two categories.
    """
    observed = percent_agreement(patterns)
    if observed is None or n_categories < 2:
        return None
    shares = patterns.counts * (patterns.units / patterns.sizes)[patterns.rows]
    prevalence = np.bincount(patterns.columns, shares) / patterns.n_units
    chance = float((prevalence * (1.0 - prevalence)).sum()) / (n_categories - 1)
    return (observed - chance) / (1.0 - chance)
