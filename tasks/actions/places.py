"""The numbered places of a task: what makes collection exact.

Whoever changes an assignment's state locks the task's row first, so that places are
counted again after the lock; the constraints on Assignment hold even if someone does not.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from evalhub.models import Project
from tasks.models import Assignment, Task


def lock_task(pk: int) -> Task:
    """Lock the row of the task `pk` until the transaction ends, and return it read afresh."""
    return Task.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def take_free_place(task: Task) -> int | None:
    """Close the lapsed holds on a locked task and return its lowest free place, if any."""
    task.assignments.lapsed().update(state=Assignment.State.LAPSED, closed_at=Now())
    taken = set(
        task.assignments.filter(
            Q(state=Assignment.State.OPEN) | Q(state=Assignment.State.SUBMITTED)
        ).values_list("place", flat=True)
    )
    return next(
        (place for place in range(1, task.judgments_per_task + 1) if place not in taken), None
    )


def lease_end(project: Project) -> CombinedExpression:
    """Return the end of a lease that begins now, by the database's clock, as an expression."""
    return Now() + timedelta(minutes=project.lease_minutes)


def renew_lease(assignment: Assignment) -> bool:
    """Let the lease of an open assignment run anew; return whether it was still open."""
    renewed = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.OPEN).update(
        leased_until=lease_end(assignment.task.project)
    )
    assignment.refresh_from_db(fields=["leased_until", "state"])
    return bool(renewed)
