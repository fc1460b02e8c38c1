"""Begin failed background work anew."""

from __future__ import annotations

from typing import Any

from celery import Task as CeleryJob

from evalhub.actions.log import log_action
from evalhub.models import Project, User
from evalhub.work import Work, want_work


def retry_failed(
    row: Work, job: CeleryJob[Any, Any], *, actor: User, verb: str, project: Project
) -> None:
    """Let `job` go on with a locked row where it has failed; the caller has asked for the role."""
    if not row.has_failed:
        return
    want_work(type(row), job, row.pk)
    log_action(actor=actor, verb=verb, target=row, project=project, before={"failure": row.failure})
    row.refresh_from_db()
