"""When a task has judgments enough: votes in, a decision out.

The rules and what they cost are those of adaptive labelling: get another label where the labels
so far leave a doubt (Sheng, Provost and Ipeirotis, "Get another label?", KDD 2008). Two votes
and a third only where they differ give exactly the majority of three on a yes-or-no criterion.
Leading by two is Wald's sequential test (1947) for evaluators who are all equally good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

FIXED, DISAGREEMENT, LEAD_BY_TWO = "fixed", "disagreement", "lead_by_two"


@dataclass(frozen=True)
class Ballot:
    """The votes on one question, one for each judgment of the task.

    Where `is_ordered`, votes that are numbers are the ranks of levels, and ranks one apart count
    as the same answer. Any other vote, such as “not applicable”, is an answer of its own.
    """

    votes: tuple[Hashable, ...]
    is_ordered: bool = False

    def count_ahead(self) -> tuple[int, int]:
        """Return the votes for the leading answer, and those for the one after it.

        Of ordered votes the leading answer is the pair of neighbouring levels with the most votes,
        and all other votes are against it.
        """
        counts = Counter(self.votes)
        if not self.is_ordered:
            leader, follower, *_ = [*sorted(counts.values(), reverse=True), 0, 0]
            return leader, follower
        leader = max((count + _count_above(counts, vote) for vote, count in counts.items()))
        return leader, len(self.votes) - leader


def _count_above(counts: Counter[Hashable], vote: Hashable) -> int:
    return counts[vote + 1] if isinstance(vote, int) else 0


def wants_another(
    rule: str, ballots: Iterable[Ballot], *, judgments: int, first: int, most: int
) -> bool:
    """Return whether `rule` wants one judgment more of a task that has all `judgments` asked for.

    `first` is how many are asked for before the rule is put, `most` how many there are at most. A
    task is decided when every one of its ballots is; one without any ballot is.
    """
    if rule == FIXED or judgments >= most:
        return False
    return not all(_is_decided(rule, ballot, judgments <= first) for ballot in ballots)


def _is_decided(rule: str, ballot: Ballot, is_first_round: bool) -> bool:
    leader, follower = ballot.count_ahead()
    if rule == LEAD_BY_TWO:
        return leader - follower >= 2
    total = len(ballot.votes)
    # The first votes have to agree; once they did not, more than half of all decide.
    return leader == total if is_first_round else 2 * leader > total
