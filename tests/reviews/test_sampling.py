"""The draw for audit: reproducible, uniform, and with the probability that is stored."""

from __future__ import annotations

import itertools
import math

import pytest

from reviews.sampling import is_drawn, uniform

SEEDS = ("a project", "another project", "")


def test_it_gives_the_same_draw_for_ever() -> None:
    # By `sha256sum` of “a project:1”, its first 53 bits. Another formula would draw others.
    assert uniform("a project", 1) == 0.992440884963467
    assert uniform("a project", 2) == 0.27868773342840314


def test_it_draws_independently_of_the_seed_of_another_project() -> None:
    first = [is_drawn("a project", number, 0.5) for number in range(4000)]
    second = [is_drawn("another project", number, 0.5) for number in range(4000)]
    both = sum(a and b for a, b in zip(first, second, strict=True))
    assert abs(both - 1000) < 4 * math.sqrt(4000 * 0.25 * 0.75)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_uniform(seed: str) -> None:
    """Chi-squared over 50 equal cells: 49 degrees of freedom, 99.99 % below 98."""
    cells = [0] * 50
    for number in range(20_000):
        draw = uniform(seed, number)
        assert 0.0 <= draw < 1.0
        cells[int(draw * 50)] += 1
    assert sum((seen - 400) ** 2 / 400 for seen in cells) < 98


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("probability", [0.01, 0.1, 0.5, 0.9])
def test_it_draws_the_share_that_was_asked(seed: str, probability: float) -> None:
    n = 20_000
    drawn = sum(is_drawn(seed, number, probability) for number in range(n))
    assert abs(drawn - n * probability) < 4 * math.sqrt(n * probability * (1 - probability))


def test_it_takes_all_at_one_and_none_at_nought() -> None:
    assert all(is_drawn("a project", number, 1.0) for number in range(1000))
    assert not any(is_drawn("a project", number, 0.0) for number in range(1000))


def test_it_only_adds_when_the_probability_grows() -> None:
    for number in range(1000):
        draws = [is_drawn("a project", number, p) for p in (0.0, 0.1, 0.3, 0.7, 1.0)]
        assert draws == sorted(draws)


def test_it_gives_an_unbiased_estimate_over_every_outcome() -> None:
    """Sum over all samples of a small population: the mean of the estimate is the true total."""
    errors, probabilities = (1, 0, 1, 1), (0.2, 0.5, 1.0, 0.7)
    expected = 0.0
    for sample in itertools.product((True, False), repeat=4):
        chance = math.prod(
            p if taken else 1 - p for p, taken in zip(probabilities, sample, strict=True)
        )
        estimate = sum(
            y / p for y, p, taken in zip(errors, probabilities, sample, strict=True) if taken
        )
        expected += chance * estimate
    assert expected == pytest.approx(sum(errors))


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_it_refuses_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        is_drawn("a project", 1, probability)
