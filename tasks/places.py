"""The numbered places of a task: what makes collection exact.

Whoever changes an assignment's state locks the task's row first, so that places are
counted again after the lock; the constraints on Assignment hold even if someone does not.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from evalhub.models import Project
from tasks.counters import add_to_batch, count_task
from tasks.models import Assignment, Invitation, Judgment, Task
from tasks.models.assignment import AssignmentQuerySet


def lock_task(pk: int) -> Task:
    """Lock the row of the task `pk` until the transaction ends, and return it read afresh."""
    return Task.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def lock_with_follow_ups(pk: int) -> Task:
    """Lock the task `pk` and those that follow it, and return it read afresh.

    In the order in which releases lock them; a judgment of a follow-up takes answers over.
    """
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return next(task for task in rows.filter(Q(pk=pk) | Q(follows=pk)) if task.pk == pk)


def take_free_place(task: Task) -> int | None:
    """Close the lapsed holds on a locked task and return its lowest free place, if any."""
    task.assignments.lapsed().update(state=Assignment.State.LAPSED, closed_at=Now())
    taken = _places_taken(task)
    return _lowest_but(taken) if len(taken) < task.judgments_per_task else None


def place_beyond(task: Task) -> int:
    """Return a place for one judgment more than a locked task asks for, where none is free."""
    return _lowest_but(_places_taken(task))


def settle(task: Task, *, judgments_per_task: int | None = None) -> None:
    """Count a locked task again and write what changed, there and in its batch.

    Called by whoever changed its assignments, or with another number of judgments to ask for (and
    how many of them were added, on the task), before the transaction ends. A task with all its
    judgments is finished, one that is asked for more is open again; one that is begun and has more
    free places than before goes to the end of its queue, where everybody meets it.
    """
    before, free_before = count_task(task), task.free_places
    states = list(_taken(task).values_list("state", flat=True))
    if judgments_per_task is not None:
        task.judgments_per_task = max(judgments_per_task, len(states), 1)
    task.judgments_done = states.count(Assignment.State.SUBMITTED)
    task.free_places = task.judgments_per_task - len(states)
    is_done = task.judgments_done >= task.judgments_per_task
    if task.state == Task.State.OPEN and is_done:
        task.state = Task.State.FINISHED
    elif task.state == Task.State.FINISHED and judgments_per_task is not None and not is_done:
        task.state = Task.State.OPEN
    task.save(
        update_fields=[
            "judgments_per_task", "judgments_added", "judgments_done", "free_places", "state",
        ]
    )  # fmt: skip
    is_begun = bool(states) or task.offered_at is not None
    if is_begun and (task.free_places > free_before or task.offered_at is None):
        Task.objects.filter(pk=task.pk).update(offered_at=Now())
        task.refresh_from_db(fields=["offered_at"])
    add_to_batch(task.batch_id, count_task(task) - before)


def _places_taken(task: Task) -> set[int]:
    """Return the places that are taken; some have a higher number than a task asks for by now."""
    return set(_taken(task).values_list("place", flat=True))


def _lowest_but(taken: set[int]) -> int:
    return next(place for place in count(1) if place not in taken)


def _taken(task: Task) -> AssignmentQuerySet:
    return Assignment.objects.filter(
        Q(state=Assignment.State.OPEN) | Q(state=Assignment.State.SUBMITTED), task=task
    )


def finish(task: Task) -> None:
    """Ask for no more judgments of a locked task than it has."""
    before = count_task(task)
    task.state = Task.State.FINISHED
    task.save(update_fields=["state"])
    add_to_batch(task.batch_id, count_task(task) - before)


def lease_end(project: Project) -> CombinedExpression:
    """Return the end of a lease that begins now, by the database's clock, as an expression."""
    return Now() + timedelta(minutes=project.lease_minutes)


def renew_lease(
    assignment: Assignment, among: AssignmentQuerySet | None = None, **changes: Any
) -> bool:
    """Let the lease of an open assignment (`among` others) run anew; return whether it was there.

    `changes` are made to it in the same step. Its end is not read again.
    """
    rows = Assignment.objects.all() if among is None else among
    mine = rows.open().filter(pk=assignment.pk)
    is_renewed = bool(mine.update(leased_until=lease_end(assignment.project), **changes))
    for name, value in changes.items():
        setattr(assignment, name, value)
    return is_renewed


def close(assignment: Assignment, state: Assignment.State) -> bool:
    """End a hold on a locked task, which the caller settles; return whether it was open."""
    mine = Assignment.objects.open().filter(pk=assignment.pk)
    is_closed = bool(mine.update(state=state, closed_at=Now()))
    assignment.refresh_from_db(fields=["state", "closed_at"])
    return is_closed


def answer_invitation(assignment: Assignment) -> None:
    """Note that the evaluator was done with a task they were invited to, if they were."""
    if assignment.task.kind != Task.Kind.REASK:
        return
    waiting = Invitation.objects.filter(answered_at=None, task=assignment.task_id)
    waiting.filter(evaluator=assignment.evaluator_id).update(answered_at=Now())


def close_to_changes(judgment: Judgment) -> None:
    """Let a current judgment of a locked task stay as it is: somebody else decides about it."""
    Assignment.objects.filter(pk=judgment.assignment_id, closed_to_changes_at=None).update(
        closed_to_changes_at=Now()
    )


def reopen(assignment: Assignment, task: Task) -> bool:
    """Give a lapsed hold a place of its locked task again; return whether there was one."""
    place = take_free_place(task) if task.state == Task.State.OPEN else None
    if place is None:
        return False
    Assignment.objects.filter(pk=assignment.pk).update(
        state=Assignment.State.OPEN,
        closed_at=None,
        is_ahead=False,
        place=place,
        places=task.judgments_per_task,
        leased_until=lease_end(assignment.project),
    )
    assignment.refresh_from_db()
    settle(task)
    return True
