"""Which tasks an evaluator may get next, best first, found without looking back.

Each step reads a few rows at the place in an index where the evaluator has to go on: not what they
have judged, nor what is finished, nor what others hold. Within a priority, tasks that somebody has
begun come first, in the order in which their places came free; then those that nobody has begun,
on a ring that every evaluator enters elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from evalhub.models import Project, User
from tasks.models import Assignment, Invitation, QueueWalk, Task
from tasks.models.task import HIGHEST_PRIORITY, TaskQuerySet, was_given

AT_ONCE = 8
# What is written with an earlier time than it is committed is later by this much at most.
COMMITS_WITHIN = timedelta(minutes=2)
MARK_MOVES_BY = timedelta(seconds=20)
LOOK_BACK_EVERY = timedelta(minutes=5)

_chance = random.SystemRandom()


def kinds_for(project: Project, *, is_qualified: bool) -> list[Task.Kind]:
    """Return the kinds of tasks that an evaluator of `project` may get, first things first."""
    if project.needs_qualification and not is_qualified:
        return [Task.Kind.TRAINING, Task.Kind.QUALIFICATION]
    return [Task.Kind.REASK, Task.Kind.GOLD, Task.Kind.PRODUCTION]


def candidates(
    user: User,
    project: Project,
    walk: QueueWalk,
    *,
    kinds: list[Task.Kind],
    judged_anew: Collection[int],
    now: datetime,
) -> Iterator[list[int]]:
    """Yield the ids of tasks of these `kinds` for `user`, a few at a time, best first.

    Tasks with judgments of the versions `judged_anew` are for nobody. `now` is the time by the
    database's clock. Moves the marks of `walk`, which the caller saves. Somebody else may be
    claiming what is yielded: lock it and look again.
    """
    if Task.Kind.PRODUCTION not in kinds:
        for kind in kinds:
            yield _for_everybody(user, project, kind)
        return
    yield _invited(user, project)
    if _chance.random() < project.gold_rate:
        yield _for_everybody(user, project, Task.Kind.GOLD, at_random=True)
    yield from _queued(user, project, walk, judged_anew, now)
    if _looks_back(walk, now):
        yield from _queued(user, project, walk, judged_anew, now)


def held_ahead_by_others(user: User, project: Project) -> list[int]:
    """Return the ids of tasks that others hold and have not come to, for when nothing is left."""
    ahead = (
        Assignment.objects.held()
        .filter(project=project, is_ahead=True, task__kind=Task.Kind.PRODUCTION)
        .exclude(evaluator=user)
    )
    tasks = Task.objects.given_out().filter(pk__in=ahead.values("task"))
    return _ids(tasks.not_given_to(user).order_by("-priority", "pk"))


def _queued(
    user: User, project: Project, walk: QueueWalk, judged_anew: Collection[int], now: datetime
) -> Iterator[list[int]]:
    queued = Task.objects.queued(project)
    for priority in _priorities(queued):
        level = queued.filter(priority=priority)
        begun = level.filter(offered_at__isnull=False).not_judged_under(judged_anew)
        yield _begun(user, begun, walk, priority, now)
        # The whole order of the index: PostgreSQL would sort all of them by a part of it, since it
        # does not take from IS NULL that the column is the same in every row.
        fresh = level.filter(offered_at=None).order_by("offered_at", "shuffle", "pk")
        yield _ids(fresh.filter(shuffle__gte=walk.seed))
        yield _ids(fresh.filter(shuffle__lt=walk.seed))


def _priorities(queued: TaskQuerySet) -> Iterator[int]:
    """Yield the priorities that have tasks, highest first, one step in the index for each."""
    below = HIGHEST_PRIORITY + 1
    while True:
        rows = queued.filter(priority__lt=below).order_by("-priority")
        found = rows.values_list("priority", flat=True).first()
        if found is None:
            return
        yield found
        below = found


def _begun(
    user: User, begun: TaskQuerySet, walk: QueueWalk, priority: int, now: datetime
) -> list[int]:
    if mark := walk.mark(priority):
        begun = begun.filter(offered_at__gte=mark)
    rows = list(
        begun.not_given_to(user)
        .order_by("offered_at", "shuffle", "pk")
        .values_list("pk", "offered_at")[:AT_ONCE]
    )
    # All before the first one was given to this evaluator; what is being written may come yet.
    newest = now - COMMITS_WITHIN
    first = rows[0][1] if rows else None
    walk.move(priority, min(first or newest, newest), MARK_MOVES_BY)
    return [pk for pk, _ in rows]


def _looks_back(walk: QueueWalk, now: datetime) -> bool:
    """Forget the marks once in a while where nothing is left, and return whether that was done.

    A transaction that took longer than any should may have written behind them.
    """
    if not walk.passed or (walk.looked_back_at and now - walk.looked_back_at < LOOK_BACK_EVERY):
        return False
    walk.passed, walk.looked_back_at = {}, now
    return True


def _invited(user: User, project: Project) -> list[int]:
    open_invitations = Invitation.objects.filter(
        evaluator=user,
        project=project,
        answered_at=None,
        task__state=Task.State.OPEN,
        task__is_paused=False,
    )
    return list(
        open_invitations.exclude(was_given(user, "task"))
        .order_by("pk")
        .values_list("task", flat=True)[:AT_ONCE]
    )


def _for_everybody(
    user: User, project: Project, kind: Task.Kind, *, at_random: bool = False
) -> list[int]:
    tasks = Task.objects.given_out().filter(project=project, kind=kind)
    left = list(tasks.not_given_to(user).order_by("pk").values_list("pk", flat=True))
    return _chance.sample(left, min(AT_ONCE, len(left))) if at_random else left[:AT_ONCE]


def _ids(tasks: TaskQuerySet) -> list[int]:
    return list(tasks.values_list("pk", flat=True)[:AT_ONCE])
