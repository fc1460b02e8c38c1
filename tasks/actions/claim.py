"""Give an evaluator the next task, and hold those after it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from evalhub.models import Membership, Project, Role, User
from rubrics.models import RubricVersion
from rubrics.reading import begin_with, has_noted, known_version, unread_change, version_in_force
from tasks.actions.evaluator_queue import EvaluatorQueue
from tasks.models import Assignment, Task
from tasks.places import renew_lease, settle, take_free_place
from tasks.today import has_reached_cap

LAPSED_AT_ONCE = 5


def claim_next_task(*, actor: User, project: Project) -> Assignment | None:
    """Return the evaluator's current assignment, or give the next task; None when there is none.

    An own hold that lapsed and that nobody has taken over is renewed. Nothing is given before a
    change of the rubric was read; `tasks.queue` says why there is none. Raises PermissionDenied
    for anyone but an evaluator of the project. What is returned was read before its lease began.
    """
    given = _claim(actor, project, looks_for_more=False)
    if given is None:
        free_lapsed(project, but=actor)
        given = _claim(actor, project, looks_for_more=True)
    return given


@transaction.atomic
def _claim(actor: User, project: Project, *, looks_for_more: bool) -> Assignment | None:
    """Go on with what the evaluator has, and look for another task only then, if at all."""
    member = _lock_evaluator(actor, project)
    if not project.is_active:
        return None
    own = _held_by(actor, project)
    # Somebody may take a lapsed one over at this moment: then it is no longer open.
    if own and not own[0].is_ahead and renew_lease(own[0]):
        return own[0]
    queue = _enter_queue(member, actor, project)
    if queue is None:
        return None
    given = queue.take_back() or queue.promote([one for one in own if one.is_ahead])
    if given is None and looks_for_more:
        given = queue.claim()
    queue.close()
    return given


def hold_tasks_ahead(*, actor: User, project: Project) -> list[Assignment]:
    """Hold the tasks after the evaluator's current one, as many as the project says; return them.

    The work page asks for it while its evaluator looks at the picture, so that the claim after
    the submit only has to take the first. Without a current task nothing is held ahead.
    """
    free_lapsed(project, but=actor)
    with transaction.atomic():
        member = _lock_evaluator(actor, project)
        held = _held_by(actor, project)
        has_current = bool(held) and not held[0].is_ahead
        if not (project.is_active and project.holds_ahead and has_current):
            return []
        ahead = held[1:]
        if queue := _enter_queue(member, actor, project):
            ahead = queue.hold_ahead(ahead)
            queue.close()
        return ahead


def _held_by(actor: User, project: Project) -> list[Assignment]:
    """Return what the evaluator holds with the tasks, the current one first."""
    own = project.assignments.open().filter(evaluator=actor).select_related("task")
    held = list(own.order_by("is_ahead", "pk"))
    for assignment in held:
        assignment.task.project = project
    return held


def _enter_queue(member: Membership, actor: User, project: Project) -> EvaluatorQueue | None:
    """Return the queue as the locked evaluator meets it; None where they get nothing from it."""
    version = version_in_force(project)
    if version is None or _has_to_read(actor, version) or has_reached_cap(actor, project):
        return None
    return EvaluatorQueue(member, actor, project, version)


def free_lapsed(project: Project, *, but: User) -> None:
    """Put a few tasks back into the queue whose holds have lapsed, each on its own.

    Those of `but` are left: they are renewed where nobody else took them.
    """
    lapsed = Assignment.objects.lapsed().filter(project=project).exclude(evaluator=but)
    for pk in list(lapsed.order_by("leased_until").values_list("task", flat=True)[:LAPSED_AT_ONCE]):
        with transaction.atomic():
            locked = Task.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
            if task := locked.filter(pk=pk).first():
                take_free_place(task)
                settle(task)


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


def _lock_evaluator(actor: User, project: Project) -> Membership:
    """Let one claim of this evaluator run at a time, so that two tabs get the same task."""
    members = Membership.objects.select_for_update(no_key=True, of=("self",))
    try:
        return members.get(user=actor, user__is_active=True, project=project, role=Role.EVALUATOR)
    except Membership.DoesNotExist as none:
        raise PermissionDenied(f"Only an evaluator of {project.name} may do this.") from none


@transaction.atomic
def open_assignment(*, actor: User, assignment: Assignment) -> None:
    """Note when the evaluator first saw the task; a page shown again changes nothing."""
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    if assignment.opened_at is None:
        Assignment.objects.filter(pk=assignment.pk, opened_at=None).update(opened_at=Now())
