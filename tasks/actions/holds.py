"""Keep or give back a hold: renew, release, skip."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Project, Role, User
from tasks.actions.places import lock_task, renew_lease
from tasks.models import Assignment, SkipReason


class AssignmentClosedError(Exception):
    """The hold is over; the message says what became of it and what to do."""


@transaction.atomic
def renew_assignment(*, actor: User, assignment: Assignment) -> Assignment:
    """Let the lease of an open hold run anew; the visible page calls this.

    A hold that lapsed is renewed as long as nobody has taken its place.
    """
    assignment = _lock_own(actor, assignment)
    _require_open(assignment)
    renew_lease(assignment)
    return assignment


@transaction.atomic
def release_assignment(*, actor: User, assignment: Assignment) -> Assignment:
    """Give the task back to the queue; it may come to the same evaluator again."""
    assignment = _lock_own(actor, assignment)
    if assignment.state == Assignment.State.RELEASED:
        return assignment
    _require_open(assignment)
    _close(assignment, Assignment.State.RELEASED)
    return assignment


@transaction.atomic
def skip_task(
    *, actor: User, assignment: Assignment, reason: SkipReason, note: str = ""
) -> Assignment:
    """Give the task back with a reason; it does not come to this evaluator again."""
    assignment = _lock_own(actor, assignment)
    if assignment.state == Assignment.State.SKIPPED:
        return assignment
    _require_open(assignment)
    assignment.skip_reason, assignment.skip_note = reason, note
    assignment.save(update_fields=["skip_reason", "skip_note"])
    _close(assignment, Assignment.State.SKIPPED)
    log_action(
        actor=actor,
        verb="assignment:skip",
        target=assignment,
        project=assignment.task.project,
        before={"state": Assignment.State.OPEN},
        after={"state": Assignment.State.SKIPPED, "reason": reason},
    )
    return assignment


def release_holds(*, user: User, project: Project | None = None) -> int:
    """Free every open hold of `user` (in `project`), within the caller's transaction.

    For actions that end what gave the holds: a demotion, a deactivation, a sign-out.
    """
    holds = Assignment.objects.filter(evaluator=user, state=Assignment.State.OPEN)
    if project:
        holds = holds.filter(task__project=project)
    count = 0
    for hold in holds.order_by("task_id"):
        lock_task(hold.task_id)
        count += Assignment.objects.filter(pk=hold.pk, state=Assignment.State.OPEN).update(
            state=Assignment.State.RELEASED, closed_at=Now()
        )
    return count


def _lock_own(actor: User, assignment: Assignment) -> Assignment:
    lock_task(assignment.task_id)
    assignment = Assignment.objects.select_related("task__project").get(pk=assignment.pk)
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    require_role(actor, assignment.task.project, Role.EVALUATOR)
    return assignment


def _require_open(assignment: Assignment) -> None:
    if assignment.state == Assignment.State.OPEN:
        return
    sentences = {
        Assignment.State.SUBMITTED: "You have already submitted a judgment of this task.",
        Assignment.State.SKIPPED: "You have skipped this task. Go on with the next one.",
        Assignment.State.RELEASED: "This task was given back to the queue.",
        Assignment.State.LAPSED: "Your hold on this task ended and somebody else has it now.",
    }
    raise AssignmentClosedError(sentences[Assignment.State(assignment.state)])


def _close(assignment: Assignment, state: Assignment.State) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(state=state, closed_at=Now())
    assignment.refresh_from_db(fields=["state", "closed_at"])
