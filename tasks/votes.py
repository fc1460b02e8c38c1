"""Judgments of a task as votes, and what the project's stopping rule makes of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Iterable

from evalhub.models import Project, StoppingRule
from rubrics.criteria import find_type
from tasks.models import Adjustment, Judgment, Score, Task
from tasks.places import settle
from tasks.stopping import Ballot, wants_another

_chance = random.SystemRandom()


def draw_panel(project: Project) -> bool:
    """Return whether chance makes a new task one of the few that the stopping rule leaves alone."""
    has_rule = project.stopping_rule != StoppingRule.FIXED
    return has_rule and _chance.random() < project.panel_rate


def judgments_asked_first(numbers: Project | Adjustment, *, is_panel: bool) -> int:
    """Return how many judgments a task is asked for to begin with, by these numbers."""
    if not is_panel:
        return numbers.judgments_per_task
    return max(numbers.most_judgments, numbers.judgments_per_task)


def follow_rule(task: Task, project: Project) -> bool:
    """Ask for one more judgment of a locked, settled task where the rule of `project` wants it.

    Only a production task that has all its judgments can want one: then no place of it is held,
    so that what is held and what is made never come to more than the cap. Returns whether one was
    asked for.
    """
    is_ruled = task.kind == Task.Kind.PRODUCTION and not task.is_panel
    if not is_ruled or project.stopping_rule == StoppingRule.FIXED:
        return False
    if task.state != Task.State.FINISHED or task.judgments_done != task.judgments_per_task:
        return False
    if not wants_another(
        project.stopping_rule,
        ballots_of(task),
        judgments=task.judgments_done,
        first=task.judgments_first,
        most=project.most_judgments,
    ):
        return False
    task.judgments_added += 1
    settle(task, judgments_per_task=task.judgments_per_task + 1)
    return True


def ballots_of(task: Task) -> list[Ballot]:
    """Return the votes on each criterion that can be voted on, of each image where it is so asked.

    Every current judgment has a vote in each, also where it answered nothing.
    """
    judgments = list(
        Judgment.objects.current().filter(task=task).order_by("vote").values_list("pk", flat=True)
    )
    scores = (
        Score.objects.filter(judgment__in=judgments)
        .select_related("criterion", "level", "image")
        .prefetch_related("criterion__levels")
        .order_by("judgment", "pk")
    )
    votes: dict[tuple[str, int | None], dict[int, Hashable]] = defaultdict(dict)
    ordered = set()
    for score in scores:
        kind, key = find_type(score.criterion.type), score.criterion.key
        if kind.is_voted_on:
            place = (key, score.image.position if score.image else None)
            votes[place][score.judgment_id] = _vote(score)
            if kind.votes_are_ordered:
                ordered.add(key)
    return [
        Ballot(_in_order(given, judgments), is_ordered=key in ordered)
        for (key, _), given in votes.items()
    ]


def _vote(score: Score) -> Hashable:
    if score.state != Score.State.ANSWERED:
        return score.state
    return find_type(score.criterion.type).vote(score.criterion, score)


def _in_order(given: dict[int, Hashable], judgments: Iterable[int]) -> tuple[Hashable, ...]:
    return tuple(given.get(judgment) for judgment in judgments)
