"""Work out percent agreement: how often two evaluators of one unit gave the same value."""

import numpy as np

from reviews.agreement.counts import Patterns


def percent_agreement(patterns: Patterns) -> float | None:
    """Give the share of agreeing pairs, averaged over the units with two or more values.

    In 0..1; None where no unit has two values. Source: the p_o of Fleiss (1971), each unit with
    its own number of values as in Gwet (2014).
    """
    return _mean_share(patterns.pairable(), within_one=False)


def percent_within_one(patterns: Patterns) -> float | None:
    """Give the share of pairs that are equal or on neighbouring levels, averaged over units.

    The columns of the patterns must be all levels of the scale in order. In 0..1, or None.
    """
    return _mean_share(patterns.pairable(), within_one=True)


def _mean_share(pairable: Patterns, *, within_one: bool) -> float | None:
    if not pairable.n_units:
        return None
    counts = pairable.counts
    agreeing = counts * (counts - 1)
    if within_one:
        next_to = (np.diff(pairable.rows) == 0) & (np.diff(pairable.columns) == 1)
        agreeing[:-1] += np.where(next_to, 2 * counts[:-1] * counts[1:], 0)
    shares = pairable.per_row(agreeing) / (pairable.sizes * (pairable.sizes - 1))
    return float(shares @ pairable.units / pairable.n_units)
