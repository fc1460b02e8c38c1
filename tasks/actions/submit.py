"""Take an evaluator's judgment: once, whatever the network or the clock does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.criteria import CriterionAnswer
from tasks.models import Assignment, Draft, Judgment, ParkedSubmit, Task
from tasks.places import answer_invitation, lock_task, settle, take_free_place
from tasks.storing import Viewing, answers_as_data, check_answers, hash_answers, store_judgment
from tasks.votes import follow_rule


@dataclass(frozen=True)
class Submission:
    """What became of a submit: a judgment, or a parked submit with its reason."""

    judgment: Judgment | None = None
    parked: ParkedSubmit | None = None
    is_new: bool = True


class SubmitConflictError(Exception):
    """The evaluator submitted another judgment of the task before; both texts are kept."""

    def __init__(self, judgment: Judgment) -> None:
        super().__init__("You have already submitted a different judgment of this task.")
        self.judgment = judgment


@transaction.atomic
def submit_judgment(
    *,
    actor: User,
    assignment: Assignment,
    answers: Sequence[CriterionAnswer],
    submit_key: uuid.UUID,
    viewing: Viewing | None = None,
) -> Submission:
    """Store `answers` as the assignment's judgment, or park them when its place is taken.

    The same key with the same answers gives the same result again; with other answers it
    raises SubmitConflictError. A submit after the lease ended is accepted while a place is free.
    """
    task = lock_task(assignment.task_id)
    assignment, is_held = _read_again(actor, assignment)
    carried = check_answers(assignment, answers)
    content_hash = hash_answers(answers)
    if earlier := _earlier(assignment, submit_key, content_hash):
        return earlier
    if reason := _take_place_back(task, assignment):
        # Back, a few words more, submit again: the second text is kept beside the first.
        is_taken = ParkedSubmit.objects.filter(submit_key=submit_key).exists()
        parked = ParkedSubmit.objects.create(
            assignment=assignment,
            submit_key=uuid.uuid4() if is_taken else submit_key,
            content_hash=content_hash,
            answers=answers_as_data(answers),
            active_seconds=viewing.active_seconds if viewing else None,
            viewing=viewing.facts if viewing else {},
            reason=reason,
        )
        Draft.objects.of(assignment).delete()
        _log(actor, parked, assignment, "parked_submit:create", {"reason": reason})
        return Submission(parked=parked)
    judgment = store_judgment(
        assignment,
        answers,
        carried,
        vote=task.judgments_done + 1,
        submit_key=submit_key,
        submitted_at=timezone.now(),
        viewing=viewing or Viewing(),
        is_late=not is_held,
    )
    assignment.state, assignment.closed_at = Assignment.State.SUBMITTED, judgment.submitted_at
    assignment.save(update_fields=["judgment", "state", "closed_at", "place", "places"])
    Draft.objects.of(assignment).delete()
    answer_invitation(assignment)
    was_open = task.state == Task.State.OPEN
    settle(task)
    if was_open:
        follow_rule(task, assignment.project)
    _log(actor, judgment, assignment, "judgment:submit", {"revision": judgment.revision})
    return Submission(judgment=judgment)


def _read_again(actor: User, assignment: Assignment) -> tuple[Assignment, bool]:
    """Return the assignment as it is under the lock, and whether its lease still runs.

    What nothing changes, the task's pictures and the version's criteria, is taken over. Raises
    PermissionDenied unless it is `actor`'s, who is still an evaluator.
    """
    rows = Assignment.objects.filter(pk=assignment.pk)
    held = rows.held().first()
    again = held or rows.get()
    if again.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    again.task, again.project = assignment.task, assignment.task.project
    require_role(actor, again.project, Role.EVALUATOR)
    if again.version_id == assignment.version_id:
        again.version = assignment.version
    return again, held is not None


def _earlier(assignment: Assignment, submit_key: uuid.UUID, content_hash: str) -> Submission | None:
    """Return what the same submit gave before, if it came before."""
    if assignment.is_open:
        return None
    if parked := assignment.parked_submits.filter(content_hash=content_hash).first():
        return Submission(parked=parked, is_new=False)
    judgment = assignment.judgment
    if judgment is None:
        return None
    if judgment.submit_key == submit_key and judgment.content_hash == content_hash:
        return Submission(judgment=judgment, is_new=False)
    raise SubmitConflictError(judgment)


def _take_place_back(task: Task, assignment: Assignment) -> str:
    """Make sure the assignment holds a place of the locked task; return why it cannot, if so."""
    if task.state == Task.State.WITHDRAWN:
        return "The task was withdrawn meanwhile."
    if assignment.is_open:
        return ""
    others = task.assignments.exclude(pk=assignment.pk).filter(
        evaluator=assignment.evaluator,
        state__in=[Assignment.State.OPEN, Assignment.State.SUBMITTED],
    )
    if others.exists():
        return "The task is open, or was judged, on another page of the same evaluator."
    place = take_free_place(task)
    if place is None:
        return "The hold had ended, and others had taken every place of this task meanwhile."
    assignment.place, assignment.places = place, task.judgments_per_task
    return ""


def _log(
    actor: User,
    target: Judgment | ParkedSubmit,
    assignment: Assignment,
    verb: str,
    after: dict[str, Any],
) -> None:
    log_action(
        actor=actor,
        verb=verb,
        target=target,
        project=assignment.project,
        after={"task": assignment.task_id, "assignment": assignment.pk, **after},
    )
