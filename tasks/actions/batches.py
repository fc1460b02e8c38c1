"""Ask something of all tasks of a batch: their priority, a pause, to withdraw what is not judged.

The change is written down here; a job brings the tasks into line with it, chunk by chunk.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.actions.work import retry_failed
from evalhub.models import Role, User
from evalhub.work import WorkState, want_work
from tasks import jobs
from tasks.models import Batch, BatchChange
from tasks.models.task import HIGHEST_PRIORITY, LOWEST_PRIORITY

Unjudged = BatchChange.Unjudged


class BatchNotInHandError(Exception):
    """The tasks of this batch are not a manager's to change; the message says why."""


@transaction.atomic
def set_priority(*, actor: User, batch: Batch, priority: int) -> BatchChange:
    """Give the open tasks of a batch another priority, as a manager, whichever each had before.

    Raises ValueError for one that no task may have.
    """
    row = _lock_change(actor, batch)
    if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise ValueError(f"A priority is {LOWEST_PRIORITY} to {HIGHEST_PRIORITY}.")
    return _ask(actor, row, "batch:priority", priority=priority)


@transaction.atomic
def pause_batch(*, actor: User, batch: Batch) -> BatchChange:
    """Give out no task of a batch for now, as a manager; what is held may be finished."""
    return _ask(actor, _lock_change(actor, batch), "batch:pause", is_paused=True)


@transaction.atomic
def resume_batch(*, actor: User, batch: Batch) -> BatchChange:
    """Give out the tasks of a paused batch again, as a manager."""
    return _ask(actor, _lock_change(actor, batch), "batch:resume", is_paused=False)


@transaction.atomic
def remove_unjudged_tasks(*, actor: User, batch: Batch) -> BatchChange:
    """Withdraw the tasks of a batch that nobody judges or has judged, as a manager.

    They stay in the database: `restore_tasks` puts them back.
    """
    row = _lock_change(actor, batch)
    return _ask(actor, row, "batch:withdraw_unjudged", unjudged=Unjudged.WITHDRAW)


@transaction.atomic
def restore_tasks(*, actor: User, batch: Batch) -> BatchChange:
    """Put the withdrawn tasks of a batch back, as a manager; without any nothing is changed."""
    row = _lock_change(actor, batch)
    if not row.can_restore:
        return row
    return _ask(actor, row, "batch:restore", unjudged=Unjudged.RESTORE)


@transaction.atomic
def retry_batch_change(*, actor: User, batch: Batch) -> BatchChange:
    """Go on with a failed change where it stopped, as a manager; any other is left as it is."""
    row = _lock_change(actor, batch)
    retry_failed(
        row, jobs.change_batch, actor=actor, verb="batch:retry_change", project=row.batch.project
    )
    return row


def _lock_change(actor: User, batch: Batch) -> BatchChange:
    """Return the locked change of a batch, a new one that asks for nothing where it has none."""
    batch = Batch.objects.select_related("project").get(pk=batch.pk)
    require_role(actor, batch.project, Role.MANAGER)
    if not batch.is_in_hand:
        raise BatchNotInHandError(
            "These tasks come from a release of the rubric, which decides about them."
            if batch.source == Batch.Source.FOLLOW_UP
            else "The import of this batch is not done. Wait for it, then try again."
        )
    row, _ = BatchChange.objects.get_or_create(
        batch=batch, defaults={"requested_by": actor, "work_state": WorkState.DONE}
    )
    row = BatchChange.objects.select_for_update(no_key=True).get(pk=row.pk)
    row.batch = batch
    return row


def _ask(actor: User, row: BatchChange, verb: str, **wanted: Any) -> BatchChange:
    """Write what is asked, and have a job go over the tasks from the front; log it."""
    before = {name: getattr(row, name) for name in wanted}
    if before == wanted and not row.has_failed:
        return row
    for name, value in wanted.items():
        setattr(row, name, value)
    batch = row.batch
    row.passed = row.tasks_seen = row.tasks_changed = 0
    row.tasks_expected = batch.tasks_open + batch.tasks_finished + row.tasks_withdrawn
    row.is_complete, row.requested_by = False, actor
    row.save()
    want_work(BatchChange, jobs.change_batch, row.pk)
    row.refresh_from_db(fields=["work_state", "attempts", "failure", "sent_at", "runs_until"])
    log_action(
        actor=actor, verb=verb, target=batch, project=batch.project, before=before, after=wanted
    )
    return row
