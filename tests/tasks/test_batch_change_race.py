"""Evaluators claim and judge while their batch is withdrawn, paused and put back."""

from __future__ import annotations

from functools import partial

import pytest

from evalhub.models import Project, User
from tasks import changing, jobs
from tasks.actions import (
    claim_next_task,
    pause_batch,
    remove_unjudged_tasks,
    restore_tasks,
    resume_batch,
)
from tasks.counters import Counts, count_batch
from tasks.models import Assignment, Batch, Task
from tests import cast
from tests.tasks.test_claim_race import at_once, busy_project

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["busy_project"]


def test_it_withdraws_no_task_that_somebody_got(
    busy_project: tuple[Project, list[User]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "CHUNK", 3)
    project, evaluators = busy_project
    batch, manager = Batch.objects.get(), User.objects.get(username="mo")

    def judge_some(user: User) -> None:
        for _ in range(3):
            if held := claim_next_task(actor=user, project=project):
                cast.submit(held)
        claim_next_task(actor=user, project=project)

    def steer() -> None:
        for change in (remove_unjudged_tasks, pause_batch, restore_tasks, resume_batch):
            jobs.change_batch(change(actor=manager, batch=batch).pk)
        jobs.change_batch(remove_unjudged_tasks(actor=manager, batch=batch).pk)

    at_once([*(partial(judge_some, user) for user in evaluators[:6]), steer])
    withdrawn = Task.objects.filter(state=Task.State.WITHDRAWN)
    assert not withdrawn.filter(judgments_done__gt=0).exists()
    assert not Assignment.objects.held().filter(task__in=withdrawn).exists()
    assert not Task.objects.filter(is_paused=True).exists()
    batch.refresh_from_db()
    assert batch.change.tasks_withdrawn == withdrawn.count()
    assert count_batch(batch) == Counts(
        batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
    )
