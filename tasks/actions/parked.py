"""Decide what becomes of a submit that came too late: take it as a judgment, or discard it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from tasks.models import Assignment, Judgment, ParkedSubmit, Task
from tasks.places import answer_invitation, lock_task, place_beyond, settle, take_free_place
from tasks.storing import Viewing, answers_from_data, check_answers, store_judgment
from tasks.subject import subject_of
from tasks.votes import follow_rule


class ParkedDecidedError(Exception):
    """Somebody has decided otherwise before; `parked` carries who, and what."""

    def __init__(self, parked: ParkedSubmit) -> None:
        super().__init__(f"{parked.decided_by} has {parked.state} this submit meanwhile.")
        self.parked = parked


class ParkedRefusedError(Exception):
    """The submit cannot become a judgment; the message says why, and what to do."""


@transaction.atomic
def take_parked_submit(*, actor: User, parked: ParkedSubmit, note: str = "") -> ParkedSubmit:
    """Store what was parked as a judgment of its evaluator, as a lead who is somebody else.

    Where the task has no free place it is asked for one judgment more. Taking it again changes
    nothing. Raises ParkedDecidedError for one that was discarded, ParkedRefusedError where it
    cannot count.
    """
    task, parked = _lock(actor, parked)
    assignment = parked.assignment
    if assignment.evaluator_id == actor.pk:
        raise PermissionDenied("Another lead decides whether your own submit counts.")
    if parked.state == ParkedSubmit.State.TAKEN:
        return parked
    if parked.state == ParkedSubmit.State.DISCARDED:
        raise ParkedDecidedError(parked)
    if reason := _why_not(task, assignment):
        raise ParkedRefusedError(reason)
    asked_before, was_open = task.judgments_per_task, task.state == Task.State.OPEN
    free_place = take_free_place(task)
    judgment = _store(task, parked, free_place or place_beyond(task))
    answer_invitation(assignment)
    if free_place:
        settle(task)
    else:
        # The lead has read the answers before asking for one more: agreement, which counts what
        # was asked for at first, leaves it out.
        task.judgments_added += 1
        settle(task, judgments_per_task=asked_before + 1)
    if was_open:
        follow_rule(task, assignment.project)
    _decide(actor, parked, ParkedSubmit.State.TAKEN, note, judgment)
    log_action(
        actor=actor,
        verb="parked_submit:take",
        target=parked,
        project=assignment.project,
        before={"state": ParkedSubmit.State.WAITING, "judgments_per_task": asked_before},
        after={
            "state": parked.state,
            "judgment": judgment.pk,
            "task": task.pk,
            "judgments_per_task": task.judgments_per_task,
        },
    )
    return parked


@transaction.atomic
def discard_parked_submit(*, actor: User, parked: ParkedSubmit, note: str) -> ParkedSubmit:
    """Let a parked submit count for nothing, as a lead, with a reason that its evaluator reads.

    It stays as it is, to be read. The same again changes nothing; ValueError, in words, without a
    reason, ParkedDecidedError where it was taken, or discarded for another reason.
    """
    note = note.strip()
    _, parked = _lock(actor, parked)
    if not note:
        raise ValueError("Say why it is discarded: the evaluator reads it.")
    if parked.state == ParkedSubmit.State.DISCARDED and parked.note == note:
        return parked
    if parked.state != ParkedSubmit.State.WAITING:
        raise ParkedDecidedError(parked)
    _decide(actor, parked, ParkedSubmit.State.DISCARDED, note)
    log_action(
        actor=actor,
        verb="parked_submit:discard",
        target=parked,
        project=parked.assignment.project,
        before={"state": ParkedSubmit.State.WAITING},
        after={"state": parked.state, "task": parked.assignment.task_id, "note": note},
    )
    return parked


def _lock(actor: User, parked: ParkedSubmit) -> tuple[Task, ParkedSubmit]:
    """Lock the task, under which all its parked submits are decided, and read both afresh."""
    task = lock_task(parked.assignment.task_id)
    parked = (
        ParkedSubmit.objects.select_related(
            "decided_by",
            "assignment__evaluator",
            "assignment__project",
            "assignment__task",
            "assignment__version",
        )
        .prefetch_related("assignment__task__task_images__image")
        .get(pk=parked.pk)
    )
    require_role(actor, parked.assignment.project, Role.LEAD)
    return task, parked


def _why_not(task: Task, assignment: Assignment) -> str:
    """Return in words why the locked task cannot take a judgment of this evaluator, if so."""
    who = assignment.evaluator
    if task.state == Task.State.WITHDRAWN:
        return "The task was withdrawn, so no judgment of it counts. Discard this one, and say so."
    states = set(task.assignments.filter(evaluator=who).values_list("state", flat=True))
    if Assignment.State.SUBMITTED in states:
        return f"{who} has judged this task meanwhile, and that judgment counts. Discard this one."
    if Assignment.State.OPEN in states:
        return f"{who} has this task open at the moment. Wait until it is submitted or given back."
    return ""


def _store(task: Task, parked: ParkedSubmit, place: int) -> Judgment:
    """Insert the judgment in a place of the locked task."""
    assignment = parked.assignment
    answers = answers_from_data(
        assignment.version,
        subject_of(assignment.task, assignment.image_order),
        parked.answers,
    )
    try:
        carried = check_answers(assignment, answers)
    except ValueError as error:
        raise ParkedRefusedError(
            "Its answers do not fit what the task asks by now: what it rests on has changed."
        ) from error
    now = timezone.now()
    judgment = store_judgment(
        assignment,
        answers,
        carried,
        vote=task.judgments_done + 1,
        submit_key=parked.submit_key,
        submitted_at=now,
        viewing=Viewing(active_seconds=parked.active_seconds, facts=parked.viewing),
        is_late=True,
    )
    assignment.place, assignment.places = place, max(place, task.judgments_per_task)
    assignment.state, assignment.closed_at = Assignment.State.SUBMITTED, now
    assignment.save(update_fields=["judgment", "state", "closed_at", "place", "places"])
    return judgment


def _decide(
    actor: User,
    parked: ParkedSubmit,
    state: ParkedSubmit.State,
    note: str,
    judgment: Judgment | None = None,
) -> None:
    parked.state, parked.note, parked.judgment = state, note.strip(), judgment
    parked.decided_by, parked.decided_at = actor, timezone.now()
    parked.save(update_fields=["state", "note", "judgment", "decided_by", "decided_at"])
