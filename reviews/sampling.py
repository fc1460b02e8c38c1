"""Decide which judgments are audited: seeded, reproducible, one judgment at a time."""

from __future__ import annotations

import hashlib

_BITS = 53  # as many as a float holds exactly


def uniform(seed: str, number: int) -> float:
    """Return the draw of `number` under `seed`: uniform in [0, 1), always the same."""
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return float(int.from_bytes(digest[:8], "big") >> (64 - _BITS)) / float(1 << _BITS)


def is_drawn(seed: str, number: int, probability: float) -> bool:
    """Return whether `number` falls into a Poisson sample with inclusion `probability`.

    Each number is decided on its own (Poisson sampling; Särndal, Swensson and Wretman 1992,
    section 3.2), so a judgment can be decided when it is submitted.
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError("An inclusion probability lies between 0 and 1.")
    return uniform(seed, number) < probability
