"""The stopping rules on votes alone: no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import product

import pytest

from tasks.stopping import DISAGREEMENT, FIXED, LEAD_BY_TWO, Ballot, wants_another


def collect(rule: str, stream: tuple[Hashable, ...], *, first: int, most: int) -> int:
    """Return how many of the votes that would come in `rule` asks for."""
    taken = first
    while wants_another(rule, [Ballot(stream[:taken])], judgments=taken, first=first, most=most):
        taken += 1
    return taken


def test_it_gives_the_majority_of_three_with_a_third_vote_only_on_disagreement() -> None:
    for stream in product(("yes", "no"), repeat=3):
        taken = collect(DISAGREEMENT, stream, first=2, most=3)
        [(leader, _)] = Counter(stream[:taken]).most_common(1)
        assert leader == Counter(stream).most_common(1)[0][0]
        assert taken == (2 if stream[0] == stream[1] else 3)


@pytest.mark.parametrize(
    ("stream", "taken"),
    [("aa", 2), ("abb", 3), ("abcc", 5), ("abccc", 5), ("abcaa", 5), ("abcde", 5)],
)
def test_it_goes_on_after_a_disagreement_until_more_than_half_say_the_same(
    stream: str, taken: int
) -> None:
    padded = (*stream, "x", "x", "x")
    assert collect(DISAGREEMENT, padded, first=2, most=5) == taken


@pytest.mark.parametrize(
    ("stream", "taken"), [("aa", 2), ("abaa", 4), ("ababaa", 6), ("abab", 7), ("abcc", 7)]
)
def test_it_stops_once_an_answer_leads_by_two_or_at_the_cap(stream: str, taken: int) -> None:
    padded = (*stream, *"bab")
    assert collect(LEAD_BY_TWO, padded, first=2, most=7) == taken


def test_it_lets_a_single_vote_stand_unless_it_has_to_lead_by_two() -> None:
    assert collect(DISAGREEMENT, ("a", "b"), first=1, most=5) == 1
    assert collect(LEAD_BY_TWO, ("a", "a"), first=1, most=5) == 2


@pytest.mark.parametrize("rule", [DISAGREEMENT, LEAD_BY_TWO])
def test_it_takes_neighbouring_levels_for_the_same_answer(rule: str) -> None:
    def wants(*votes: Hashable) -> bool:
        ballot = Ballot(votes, is_ordered=True)
        return wants_another(rule, [ballot], judgments=len(votes), first=2, most=5)

    assert not wants(2, 3)
    assert not wants(3, 2)
    assert wants(1, 3)
    assert wants(2, "not_applicable")
    assert not wants("not_applicable", "not_applicable")


def test_it_counts_the_votes_beside_a_pair_of_neighbours_against_it() -> None:
    assert Ballot((0, 2, 3, 3), is_ordered=True).count_ahead() == (3, 1)
    assert Ballot((0, 2, 4), is_ordered=True).count_ahead() == (1, 2)
    assert Ballot(("a", "b", "a")).count_ahead() == (2, 1)
    assert Ballot(("a",)).count_ahead() == (1, 0)


def test_it_wants_more_while_one_question_is_in_doubt() -> None:
    clear, doubtful = Ballot(("a", "a")), Ballot(("a", "b"))
    assert wants_another(DISAGREEMENT, [clear, doubtful], judgments=2, first=2, most=3)
    assert not wants_another(DISAGREEMENT, [clear, clear], judgments=2, first=2, most=3)
    assert not wants_another(DISAGREEMENT, [], judgments=2, first=2, most=3)
    assert not wants_another(DISAGREEMENT, [doubtful], judgments=3, first=2, most=3)
    assert not wants_another(FIXED, [doubtful], judgments=2, first=2, most=3)
