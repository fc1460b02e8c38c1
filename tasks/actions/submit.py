"""Take an evaluator's judgment: once, whatever the network or the clock does."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.criteria import CriterionAnswer
from tasks.carried import CarriedAnswer, asked_again
from tasks.fitting import fits
from tasks.models import Assignment, Judgment, ParkedSubmit, Score, Task
from tasks.places import answer_invitation, lock_task, settle, take_free_place
from tasks.subject import subject_of
from tasks.votes import follow_rule


@dataclass(frozen=True)
class Submission:
    """What became of a submit: a judgment, or a parked submit with its reason."""

    judgment: Judgment | None = None
    parked: ParkedSubmit | None = None
    is_new: bool = True


@dataclass(frozen=True)
class Viewing:
    """How the task was looked at, as the browser told it."""

    opened_at: datetime | None = None
    active_seconds: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


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
    assignment = (
        Assignment.objects.select_related("version", "project", "task")
        .prefetch_related("task__task_images__image")
        .get(pk=assignment.pk)
    )
    if assignment.evaluator_id != actor.pk:
        raise PermissionDenied("This task is held by somebody else.")
    require_role(actor, assignment.project, Role.EVALUATOR)
    carried = _check_answers(assignment, answers)
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
            reason=reason,
        )
        _log(actor, parked, assignment, "parked_submit:create", {"reason": reason})
        return Submission(parked=parked)
    judgment = _store(task, assignment, submit_key, content_hash, viewing or Viewing())
    _store_scores(judgment, answers, carried)
    answer_invitation(assignment)
    was_open = task.state == Task.State.OPEN
    settle(task)
    if was_open:
        follow_rule(task, assignment.project)
    _log(actor, judgment, assignment, "judgment:submit", {"revision": judgment.revision})
    return Submission(judgment=judgment)


def answers_as_data(answers: Sequence[CriterionAnswer]) -> dict[str, Any]:
    """Return the answers as plain data by criterion key."""
    return {
        _place(given): {
            "state": given.answer.state,
            "number": given.answer.number,
            "level": given.answer.level.key if given.answer.level else None,
            "text": given.answer.text,
            "data": given.answer.data,
            "justification": given.justification,
        }
        for given in answers
    }


def _place(given: CriterionAnswer) -> str:
    key = given.criterion.key
    return f"{key}-{given.image.position}" if given.image else key


def hash_answers(answers: Sequence[CriterionAnswer]) -> str:
    """Return the SHA-256, in hex, of the answers' content."""
    content = json.dumps(answers_as_data(answers), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _check_answers(
    assignment: Assignment, answers: Sequence[CriterionAnswer]
) -> tuple[CarriedAnswer, ...]:
    """Refuse answers that no form of this version could have given.

    Returns what they leave out because a follow-up takes it over.
    """
    subject = subject_of(assignment.task, assignment.image_order)
    again = asked_again(assignment, subject)
    if not fits(assignment.version, subject, answers, only=again.only, given=again.given):
        raise ValueError("The answers do not fit the rubric version the task was opened with.")
    return again.carried


def _earlier(assignment: Assignment, submit_key: uuid.UUID, content_hash: str) -> Submission | None:
    """Return what the same submit gave before, if it came before."""
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
    if assignment.state == Assignment.State.OPEN:
        return ""
    others = task.assignments.exclude(pk=assignment.pk).filter(
        evaluator=assignment.evaluator,
        state__in=[Assignment.State.OPEN, Assignment.State.SUBMITTED],
    )
    if others.exists():
        return "You have this task open, or have judged it, on another page."
    place = take_free_place(task)
    if place is None:
        return "Your hold had ended, and all judgments of this task were made by others meanwhile."
    assignment.place, assignment.places = place, task.judgments_per_task
    return ""


def _store(
    task: Task,
    assignment: Assignment,
    submit_key: uuid.UUID,
    content_hash: str,
    viewing: Viewing,
) -> Judgment:
    now = timezone.now()
    is_late = not Assignment.objects.held().filter(pk=assignment.pk).exists()
    judgment = Judgment.objects.create(
        assignment=assignment,
        project=assignment.project,
        task=task,
        evaluator_id=assignment.evaluator_id,
        version=assignment.version,
        vote=task.judgments_done + 1,
        submit_key=submit_key,
        content_hash=content_hash,
        is_late=is_late,
        opened_at=viewing.opened_at or assignment.opened_at or assignment.created_at,
        submitted_at=now,
        active_seconds=viewing.active_seconds,
        viewing=viewing.facts,
    )
    assignment.judgment, assignment.state = judgment, Assignment.State.SUBMITTED
    assignment.closed_at = now
    assignment.save(update_fields=["judgment", "state", "closed_at", "place", "places"])
    return judgment


def _store_scores(
    judgment: Judgment,
    answers: Sequence[CriterionAnswer],
    carried: Sequence[CarriedAnswer],
) -> None:
    """Store what was answered, and what is taken over so that the judgment is complete."""
    images = {row.position: row for row in judgment.task.task_images.all()}
    sources: list[tuple[CriterionAnswer, int | None]] = [(given, None) for given in answers]
    sources += [(one.given, one.judgment_id) for one in carried]
    Score.objects.bulk_create(
        Score(
            judgment=judgment,
            criterion=given.criterion,
            image=images[given.image.position] if given.image else None,
            carried_from_id=source,
            state=given.answer.state,
            number=given.answer.number,
            level=given.answer.level,
            text=given.answer.text,
            data=given.answer.data,
            justification=given.justification,
        )
        for given, source in sources
    )


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
