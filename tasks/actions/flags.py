"""Raise doubt about a task."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evalhub.access import has_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from tasks.models import Flag, FlagKind, Task


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
    flag, is_new = Flag.objects.get_or_create(
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
