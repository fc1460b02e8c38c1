"""Say why an evaluator gets no task, in counts and times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Min

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from rubrics.reading import UnreadChange, unread_change
from tasks.models import Assignment, Batch, Task
from tasks.models.assignment import AssignmentQuerySet


class QueueReason(StrEnum):
    PAUSED = "paused"
    NO_RUBRIC = "no_rubric"
    CHANGE_TO_READ = "change_to_read"
    NO_TASKS = "no_tasks"
    IMPORTING = "importing"
    HELD_BY_OTHERS = "held_by_others"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True)
class EmptyQueue:
    """Why there is nothing to claim.

    `held` and `next_free_at` where others hold the rest; `change` where one has to be read first.
    """

    reason: QueueReason
    held: int = 0
    next_free_at: datetime | None = None
    change: UnreadChange | None = None


def explain_empty_queue(user: User, project: Project) -> EmptyQueue:
    """Return why `claim_next_task` gave `user` nothing in `project`."""
    if not project.is_active:
        return EmptyQueue(QueueReason.PAUSED)
    published = RubricVersion.objects.filter(
        rubric__project=project, state=RubricVersion.State.PUBLISHED
    )
    version = published.order_by("-number").first()
    if version is None:
        return EmptyQueue(QueueReason.NO_RUBRIC)
    change = unread_change(user, version)
    if change and change.must_be_read:
        return EmptyQueue(QueueReason.CHANGE_TO_READ, change=change)
    tasks = Task.objects.filter(project=project)
    if not tasks.exclude(state=Task.State.IMPORTING).exists():
        importing = Batch.objects.filter(project=project, work_state__in=["waiting", "running"])
        return EmptyQueue(QueueReason.IMPORTING if importing.exists() else QueueReason.NO_TASKS)
    held = (
        Assignment.objects.held()
        .filter(task__project=project, task__state=Task.State.OPEN)
        .exclude(evaluator=user)
        .exclude(task__assignments__in=_given_to(user))
    )
    tasks_held = held.values("task").distinct().count()
    if tasks_held:
        next_free = held.aggregate(next=Min("leased_until"))["next"]
        return EmptyQueue(QueueReason.HELD_BY_OTHERS, tasks_held, next_free)
    return EmptyQueue(QueueReason.NOTHING_LEFT)


def _given_to(user: User) -> AssignmentQuerySet:
    return Assignment.objects.filter(
        evaluator=user,
        state__in=[Assignment.State.SUBMITTED, Assignment.State.SKIPPED],
    )
