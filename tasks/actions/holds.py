"""Keep or give back a hold: renew, release, skip."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Project, Role, User
from tasks.models import Assignment, Draft, SkipReason, Task
from tasks.places import (
    answer_invitation,
    close,
    lease_end,
    lock_task,
    renew_lease,
    reopen,
    settle,
)


class AssignmentClosedError(Exception):
    """The hold is over; the message says what became of it and what to do."""


@transaction.atomic
def renew_assignment(*, actor: User, assignment: Assignment) -> Assignment:
    """Let the lease of an open hold run anew, and of what is held ahead; the visible page calls it.

    A hold that lapsed is renewed as long as its task has a place, and the evaluator no other task.
    """
    task, assignment = _lock_own(actor, assignment)
    ahead = Assignment.objects.open().filter(
        evaluator=actor, project=assignment.project, is_ahead=True
    )
    if assignment.state == Assignment.State.LAPSED and not _is_busy(assignment):
        reopen(assignment, task)
    _require_open(assignment)
    renew_lease(assignment)
    assignment.refresh_from_db(fields=["leased_until"])
    ahead.update(leased_until=lease_end(assignment.project))
    return assignment


@transaction.atomic
def release_assignment(*, actor: User, assignment: Assignment) -> Assignment:
    """Give the task back to the queue, with those held ahead; they may come to one again."""
    _, assignment = _lock_own(actor, assignment)
    if assignment.state == Assignment.State.RELEASED:
        return assignment
    _require_open(assignment)
    release_holds(user=actor, project=assignment.project)
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def skip_task(
    *, actor: User, assignment: Assignment, reason: SkipReason, note: str = ""
) -> Assignment:
    """Give the task back with a reason; it does not come to this evaluator again.

    The draft goes with it; a task that is only released keeps it, since it may come back.
    """
    task, assignment = _lock_own(actor, assignment)
    if assignment.state == Assignment.State.SKIPPED:
        return assignment
    _require_open(assignment)
    assignment.skip_reason, assignment.skip_note = reason, note
    assignment.save(update_fields=["skip_reason", "skip_note"])
    close(assignment, Assignment.State.SKIPPED)
    Draft.objects.of(assignment).delete()
    answer_invitation(assignment)
    settle(task)
    log_action(
        actor=actor,
        verb="assignment:skip",
        target=assignment,
        project=assignment.project,
        before={"state": Assignment.State.OPEN},
        after={"state": Assignment.State.SKIPPED, "reason": reason},
    )
    return assignment


def release_holds(*, user: User, project: Project | None = None) -> int:
    """Free every open hold of `user` (in `project`), within the caller's transaction.

    For actions that end what gave the holds: a demotion, a deactivation, a sign-out.
    """
    holds = Assignment.objects.open().filter(evaluator=user)
    if project:
        holds = holds.filter(project=project)
    count = 0
    for hold in holds.order_by("task_id"):
        task = lock_task(hold.task_id)
        count += close(hold, Assignment.State.RELEASED)
        settle(task)
    return count


def _lock_own(actor: User, assignment: Assignment) -> tuple[Task, Assignment]:
    task = lock_task(assignment.task_id)
    assignment = Assignment.objects.select_related("project").get(pk=assignment.pk)
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    require_role(actor, assignment.project, Role.EVALUATOR)
    return task, assignment


def _is_busy(assignment: Assignment) -> bool:
    """Return whether the evaluator has gone on to another task, or has this one again."""
    others = Assignment.objects.exclude(pk=assignment.pk).filter(evaluator=assignment.evaluator_id)
    goes_on = others.open().filter(project=assignment.project, is_ahead=False)
    taken = [Assignment.State.OPEN, Assignment.State.SUBMITTED, Assignment.State.SKIPPED]
    return goes_on.exists() or others.filter(task=assignment.task_id, state__in=taken).exists()


def _require_open(assignment: Assignment) -> None:
    if assignment.state != Assignment.State.OPEN:
        raise AssignmentClosedError(what_became_of(assignment))


def what_became_of(assignment: Assignment) -> str:
    """Return the sentence that says why a hold is over."""
    sentences = {
        Assignment.State.SUBMITTED: "You have already submitted a judgment of this task.",
        Assignment.State.SKIPPED: "You have skipped this task. Go on with the next one.",
        Assignment.State.RELEASED: "This task was given back to the queue.",
        Assignment.State.LAPSED: "Your hold on this task ended and somebody else has it now.",
    }
    return sentences[Assignment.State(assignment.state)]
