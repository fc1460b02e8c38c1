"""Say why an evaluator gets no task, in counts and times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Exists, Min, OuterRef, Q

from evalhub.models import Membership, Project, Role, User
from evalhub.work import WorkState
from rubrics.models import Rubric, RubricVersion
from rubrics.reading import UnreadChange, unread_change, version_in_force
from tasks.models import Assignment, Batch, FollowUp, Invitation, Task
from tasks.models.task import was_given
from tasks.today import has_reached_cap

# Of whatever has a task: that it is open and not paused.
GIVEN_OUT = {"task__state": Task.State.OPEN, "task__is_paused": False}


class QueueReason(StrEnum):
    PAUSED = "paused"
    NO_RUBRIC = "no_rubric"
    CHANGE_TO_READ = "change_to_read"
    CAP_REACHED = "cap_reached"
    NOT_QUALIFIED = "not_qualified"
    NO_TASKS = "no_tasks"
    IMPORTING = "importing"
    HELD_BY_OTHERS = "held_by_others"
    BATCH_PAUSED = "batch_paused"
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
    version = version_in_force(project)
    if version is None:
        return EmptyQueue(QueueReason.NO_RUBRIC)
    change = unread_change(user, version)
    if change and change.must_be_read:
        return EmptyQueue(QueueReason.CHANGE_TO_READ, change=change)
    if has_reached_cap(user, project):
        return EmptyQueue(QueueReason.CAP_REACHED)
    if project.needs_qualification and not _is_qualified(user, project):
        return EmptyQueue(QueueReason.NOT_QUALIFIED)
    return _explain_tasks(user, project)


def projects_with_tasks(user: User, projects: Sequence[Project]) -> set[int]:
    """Return the ids of those `projects` that could give `user` a task now, in two queries."""
    judged_anew = FollowUp.objects.judge_anew(Rubric.objects.filter(project__in=projects))
    released = RubricVersion.objects.filter(
        rubric__project=OuterRef("pk"), state=RubricVersion.State.PUBLISHED
    )
    qualified = Membership.objects.filter(
        project=OuterRef("pk"), user=user, role=Role.EVALUATOR, qualified_at__isnull=False
    )
    is_admitted = Q(needs_qualification=False) | Exists(qualified)
    waiting = Project.objects.filter(
        Exists(released),
        (is_admitted & _has_production(user, judged_anew)) | (~is_admitted & _has_trial(user)),
        pk__in=[project.pk for project in projects],
        state=Project.State.ACTIVE,
    )
    return set(waiting.values_list("pk", flat=True))


def _has_production(user: User, judged_anew: Collection[int]) -> Q:
    queued = Task.objects.filter(project=OuterRef("pk"), is_queued=True)
    fresh, begun = queued.filter(offered_at=None), queued.filter(offered_at__isnull=False)
    invited = Invitation.objects.filter(
        project=OuterRef("pk"), evaluator=user, answered_at=None, **GIVEN_OUT
    )
    # What others hold ahead and have not come to is given away where nothing else is left.
    ahead = (
        Assignment.objects.held()
        .filter(project=OuterRef("pk"), is_ahead=True, **GIVEN_OUT)
        .exclude(evaluator=user)
        .exclude(was_given(user, "task"))
    )
    begun = begun.not_given_to(user).not_judged_under(judged_anew)
    return Exists(invited) | Exists(fresh) | Exists(begun) | Exists(ahead)


def _has_trial(user: User) -> Exists:
    trial = Task.objects.given_out().filter(
        project=OuterRef("pk"), kind__in=[Task.Kind.TRAINING, Task.Kind.QUALIFICATION]
    )
    return Exists(trial.not_given_to(user))


def _explain_tasks(user: User, project: Project) -> EmptyQueue:
    batches = Batch.objects.filter(project=project)
    if not batches.filter(Q(tasks_open__gt=0) | Q(tasks_finished__gt=0)).exists():
        is_coming = batches.filter(work_state__in=[WorkState.WAITING, WorkState.RUNNING]).exists()
        return EmptyQueue(QueueReason.IMPORTING if is_coming else QueueReason.NO_TASKS)
    held = (
        Assignment.objects.held()
        .filter(project=project, **GIVEN_OUT)
        .exclude(evaluator=user)
        .exclude(was_given(user, "task"))
        .aggregate(tasks=Count("task", distinct=True), next=Min("leased_until"))
    )
    if held["tasks"]:
        return EmptyQueue(QueueReason.HELD_BY_OTHERS, held["tasks"], held["next"])
    if batches.filter(change__is_paused=True, tasks_open__gt=0).exists():
        return EmptyQueue(QueueReason.BATCH_PAUSED)
    return EmptyQueue(QueueReason.NOTHING_LEFT)


def _is_qualified(user: User, project: Project) -> bool:
    return Membership.objects.filter(
        user=user, project=project, role=Role.EVALUATOR, qualified_at__isnull=False
    ).exists()
