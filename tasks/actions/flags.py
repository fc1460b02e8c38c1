"""Raise doubt about a task, and answer it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import has_role, require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from tasks.models import Flag, FlagKind, Task


class FlagAnsweredError(Exception):
    """Somebody else answered the flag in other words; both texts are kept."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(f"{flag.answered_by} has answered this flag meanwhile.")
        self.flag = flag


@transaction.atomic
def raise_flag(*, actor: User, task: Task, kind: FlagKind, note: str = "") -> Flag:
    """Flag `task`; raising the same open kind again replaces its note.

    For an evaluator who was given the task, and for reviewers, leads and managers.
    """
    given = task.assignments.filter(evaluator=actor).exists()
    may = (given and has_role(actor, task.project, Role.EVALUATOR)) or has_role(
        actor, task.project, Role.REVIEWER, Role.LEAD, Role.MANAGER
    )
    if not may:
        raise PermissionDenied("You can flag a task that was given to you.")
    # Locked, so that a note never changes under an answer that is being given.
    flag, is_new = Flag.objects.select_for_update(no_key=True).get_or_create(
        task=task,
        raised_by=actor,
        kind=kind,
        state=Flag.State.OPEN,
        defaults={"note": note},
    )
    before = {} if is_new else {"note": flag.note}
    if flag.note != note:
        flag.note = note
        flag.save(update_fields=["note"])
    elif not is_new:
        return flag
    log_action(
        actor=actor,
        verb="flag:raise",
        target=flag,
        project=task.project,
        before=before,
        after={"task": task.pk, "kind": kind, "note": note},
    )
    return flag


@transaction.atomic
def answer_flag(*, actor: User, flag: Flag, answer: str) -> Flag:
    """Answer an open flag, as a lead of its project; the same answer again changes nothing.

    Raises ValueError for an empty answer, FlagAnsweredError where another one was given.
    """
    flag = (
        Flag.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__project", "answered_by")
        .get(pk=flag.pk)
    )
    require_role(actor, flag.task.project, Role.LEAD)
    answer = answer.strip()
    if not answer:
        raise ValueError("Write an answer.")
    if flag.state == Flag.State.ANSWERED:
        if flag.answer != answer:
            raise FlagAnsweredError(flag)
        return flag
    flag.state, flag.answer = Flag.State.ANSWERED, answer
    flag.answered_by, flag.answered_at = actor, timezone.now()
    flag.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    log_action(
        actor=actor,
        verb="flag:answer",
        target=flag,
        project=flag.task.project,
        before={"state": Flag.State.OPEN},
        after={"state": Flag.State.ANSWERED, "answer": answer},
    )
    return flag
