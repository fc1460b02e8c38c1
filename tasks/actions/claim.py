"""Give an evaluator the next task."""

from __future__ import annotations

import random

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from evalhub.models import Membership, Project, Role, User
from rubrics.models import RubricVersion
from rubrics.presentation import Presentation
from rubrics.reading import begin_with, has_noted, known_version, unread_change
from rubrics.subject import JUDGED_ROLES
from tasks.actions.places import lease_end, renew_lease, take_free_place
from tasks.models import Assignment, Task


@transaction.atomic
def claim_next_task(*, actor: User, project: Project) -> Assignment | None:
    """Return the evaluator's current assignment, or give the next task; None when there is none.

    An own hold that lapsed and that nobody has taken over is renewed. Nothing is given before a
    change of the rubric was read; `tasks.queue` says why there is none. Raises PermissionDenied
    for anyone but an evaluator of the project.
    """
    _lock_evaluator(actor, project)
    if not project.is_active:
        return None
    own = Assignment.objects.filter(
        evaluator=actor, task__project=project, state=Assignment.State.OPEN
    )
    current = own.select_related("task__project").first()
    # Somebody may take a lapsed one over at this moment: then it is no longer open.
    if current and renew_lease(current):
        return current
    version = (
        RubricVersion.objects.filter(rubric__project=project, state=RubricVersion.State.PUBLISHED)
        .order_by("-number")
        .first()
    )
    if version is None or _has_to_read(actor, version):
        return None
    return _claim(actor, project, version)


def _has_to_read(actor: User, version: RubricVersion) -> bool:
    """Return whether a change waits to be read; note the version that a person begins with.

    One query for whoever has taken note of `version`.
    """
    if has_noted(actor, version):
        return False
    if known_version(actor, version) is None:
        begin_with(actor, _last_worked_under(actor, version) or version)
    change = unread_change(actor, version)
    return change is not None and change.must_be_read


def _last_worked_under(actor: User, version: RubricVersion) -> RubricVersion | None:
    """Return the newest version of earlier work, from before it was noted who knows what."""
    return (
        RubricVersion.objects.filter(rubric=version.rubric_id, assignments__evaluator=actor)
        .order_by("-number")
        .first()
    )


def _lock_evaluator(actor: User, project: Project) -> None:
    """Let one claim of this evaluator run at a time, so that two tabs get the same task."""
    role = Membership.objects.select_for_update(no_key=True, of=("self",)).filter(
        user=actor, user__is_active=True, project=project, role=Role.EVALUATOR
    )
    if role.first() is None:
        raise PermissionDenied(f"Only an evaluator of {project.name} may do this.")


def _claim(actor: User, project: Project, version: RubricVersion) -> Assignment | None:
    """Lock candidates one by one and count each again under its lock."""
    passed_over: list[int] = []
    wait_for_locks = False
    while True:
        task = (
            Task.objects.filter(project=project)
            .claimable_by(actor)
            .exclude(pk__in=passed_over)
            .in_queue_order()
            .select_for_update(no_key=True, of=("self",), skip_locked=not wait_for_locks)
            .first()
        )
        if task is None and wait_for_locks:
            return None
        if task is None:
            wait_for_locks = True  # the rest is being claimed right now: see what is left of it
            continue
        if assignment := _take_place(actor, task, version, project):
            return assignment
        passed_over.append(task.pk)


def _take_place(
    actor: User, task: Task, version: RubricVersion, project: Project
) -> Assignment | None:
    place = take_free_place(task)
    if place is None or task.state != Task.State.OPEN:
        return None
    assignment = Assignment.objects.create(
        task=task,
        evaluator=actor,
        version=version,
        place=place,
        places=task.judgments_per_task,
        leased_until=lease_end(project),
        image_order=_shuffle_sides(task, version),
    )
    assignment.refresh_from_db(fields=["leased_until"])
    return assignment


def _shuffle_sides(task: Task, version: RubricVersion) -> list[int]:
    """Return the positions of the task's images with the judged ones dealt anew, if that is asked.

    What they are compared with stays where it is; empty: all in their own order.
    """
    if not Presentation.read(version.presentation).shuffles_sides:
        return []
    rows = list(task.task_images.order_by("position").values_list("position", "role"))
    judged = [position for position, role in rows if role in JUDGED_ROLES]
    if len(judged) < 2:
        return []
    dealt = iter(random.SystemRandom().sample(judged, len(judged)))
    return [next(dealt) if role in JUDGED_ROLES else position for position, role in rows]


@transaction.atomic
def open_assignment(*, actor: User, assignment: Assignment) -> Assignment:
    """Note when the evaluator first saw the task; a page shown again changes nothing."""
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    Assignment.objects.filter(pk=assignment.pk, opened_at=None).update(opened_at=Now())
    assignment.refresh_from_db(fields=["opened_at"])
    return assignment
