"""The job that asks the tasks that are there: killed, overtaken, set aside, and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState, run_work, sweep_work
from tasks import adjusting, jobs
from tasks.actions import adjust_tasks, retry_adjustment
from tasks.adjusting import adjust_what_is_there
from tasks.models import Adjustment, Task
from tests import cast
from tests.services.database import database_url

LONG_AGO = timezone.now() - timedelta(hours=1)
TASKS = 7


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "CHUNK", 2)


def begin(project: Project, manager: User, number: int) -> Adjustment:
    return adjust_tasks(actor=manager, project=project, judgments_per_task=number, most_judgments=5)


def numbers(project: Project) -> list[int]:
    rows = Task.objects.filter(project=project).order_by("pk")
    return list(rows.values_list("judgments_per_task", flat=True))


def run_and_die(row: Adjustment, task: Task) -> None:
    """Let a process of its own run the job and be killed at `task`; its lease then runs out."""
    died = subprocess.run(
        [sys.executable, "-m", "tests.tasks.dying_adjustment", str(row.pk), str(task.pk)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
        },
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    Adjustment.objects.filter(work_state=WorkState.RUNNING).update(runs_until=LONG_AGO)


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_after_a_kill_in_the_middle_and_counts_nothing_twice(
    project: Project, mo: User
) -> None:
    tasks = cast.make_tasks(project, mo, 120)
    row = begin(project, mo, 5)
    run_and_die(row, tasks[110])
    row.refresh_from_db()
    assert (row.work_state, row.attempts, row.is_complete) == (WorkState.RUNNING, 1, False)
    assert (row.passed, row.tasks_seen) == (tasks[99].pk, 100)
    assert numbers(project) == [5] * 100 + [3] * 20
    assert sweep_work(Adjustment, jobs.adjust_tasks) == 0, "there is no broker; the row is due"
    jobs.adjust_tasks(row.pk)
    row.refresh_from_db()
    assert (row.work_state, row.tasks_seen, row.tasks_changed) == (WorkState.DONE, 120, 120)
    assert numbers(project) == [5] * 120
    batch = tasks[0].batch
    batch.refresh_from_db()
    assert (batch.tasks_open, batch.judgments_asked) == (120, 600)
    assert ActionLog.objects.filter(verb="adjustment:end").count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_set_aside_after_three_kills_and_goes_on_when_tried_again(
    project: Project, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    row = begin(project, mo, 5)
    for _ in range(3):
        run_and_die(row, task)
    jobs.adjust_tasks(row.pk)
    row.refresh_from_db()
    assert (row.work_state, row.failure) == (
        WorkState.FAILED, "The worker stopped each time it tried this.",
    )  # fmt: skip
    retry_adjustment(actor=mo, adjustment=row)
    jobs.adjust_tasks(row.pk)
    assert numbers(project) == [5]


def test_it_gives_way_to_a_newer_number_in_the_middle(project: Project, mo: User) -> None:
    cast.make_tasks(project, mo, TASKS)

    def be_overtaken(row: Adjustment) -> None:
        assert adjusting._adjust_chunk(row.pk)
        assert numbers(project) == [5, 5, 3, 3, 3, 3, 3]
        begin(project, mo, 4)
        adjust_what_is_there(row)

    row = begin(project, mo, 5)
    run_work(Adjustment, row.pk, be_overtaken)
    assert numbers(project) == [4] * TASKS
    jobs.adjust_tasks(row.pk)
    row.refresh_from_db()
    assert (row.work_state, row.judgments_per_task, row.tasks_seen) == (WorkState.DONE, 4, TASKS)
    starts = ActionLog.objects.filter(verb="adjustment:start").order_by("pk")
    assert [entry.before.get("stopped_after") for entry in starts] == [None, 2]
    assert ActionLog.objects.get(verb="adjustment:end").after["judgments_per_task"] == 4


def test_it_goes_on_in_another_run_when_the_time_of_one_is_over(
    project: Project, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjusting, "RUN_SECONDS", 0)
    cast.make_tasks(project, mo, TASKS)
    row = begin(project, mo, 5)
    for seen in (2, 4, 6, 7, 7):
        jobs.adjust_tasks(row.pk)
        row.refresh_from_db()
        assert row.tasks_seen == seen
    assert (row.work_state, numbers(project)) == (WorkState.DONE, [5] * TASKS)


@pytest.fixture
def failed(project: Project, mo: User) -> Adjustment:
    """An adjustment that failed after two of seven tasks."""
    cast.make_tasks(project, mo, TASKS)
    row = begin(project, mo, 5)
    adjusting._adjust_chunk(row.pk)
    Adjustment.objects.update(work_state=WorkState.FAILED, failure="The disk was full.", attempts=3)
    row.refresh_from_db()
    return row


def test_it_is_tried_again_from_where_it_stopped(
    failed: Adjustment, project: Project, mo: User
) -> None:
    again = retry_adjustment(actor=mo, adjustment=failed)
    assert (again.work_state, again.failure, again.tasks_seen) == (WorkState.WAITING, "", 2)
    jobs.adjust_tasks(failed.pk)
    failed.refresh_from_db()
    assert (failed.tasks_seen, numbers(project)) == (TASKS, [5] * TASKS)


def test_it_is_tried_again_by_managers_only(
    failed: Adjustment, rosa: User, ada: User, lena: User, otto: User
) -> None:
    for person in (rosa, ada, lena, otto):
        with pytest.raises(PermissionDenied):
            retry_adjustment(actor=person, adjustment=failed)
    failed.refresh_from_db()
    assert failed.has_failed


def test_it_is_not_tried_again_where_it_did_not_fail(failed: Adjustment, mo: User) -> None:
    Adjustment.objects.update(work_state=WorkState.DONE)
    assert retry_adjustment(actor=mo, adjustment=failed).work_state == WorkState.DONE
    assert not ActionLog.objects.filter(verb="adjustment:retry").exists()


def test_it_is_logged_once_when_it_is_tried_again_twice(failed: Adjustment, mo: User) -> None:
    for _ in range(2):
        retry_adjustment(actor=mo, adjustment=failed)
    assert ActionLog.objects.filter(verb="adjustment:retry", actor=mo).count() == 1


def test_it_is_begun_anew_by_another_number_where_it_failed(
    failed: Adjustment, project: Project, mo: User
) -> None:
    again = begin(project, mo, 2)
    assert (again.pk, again.work_state, again.passed) == (failed.pk, WorkState.WAITING, 0)
    jobs.adjust_tasks(again.pk)
    assert numbers(project) == [2] * TASKS
