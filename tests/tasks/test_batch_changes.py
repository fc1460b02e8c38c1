"""What a manager asks of all tasks of a batch: priority, a pause, to withdraw what is unjudged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import changing, jobs
from tasks.actions import (
    BatchNotInHandError,
    claim_next_task,
    pause_batch,
    remove_unjudged_tasks,
    restore_tasks,
    resume_batch,
    retry_batch_change,
    set_priority,
    skip_task,
)
from tasks.counters import Counts, count_batch
from tasks.models import Assignment, Batch, BatchChange, SkipReason, Task
from tasks.queue import QueueReason, explain_empty_queue, projects_with_tasks
from tests import cast

Change = Callable[..., BatchChange]
CHANGES: dict[str, Change] = {
    "set_priority": partial(set_priority, priority=3),
    "pause_batch": pause_batch,
    "resume_batch": resume_batch,
    "remove_unjudged_tasks": remove_unjudged_tasks,
    "restore_tasks": restore_tasks,
    "retry_batch_change": retry_batch_change,
}
each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "CHUNK", 2)


@pytest.fixture
def batch(project: Project, version: RubricVersion, mo: User) -> Batch:
    """A batch of five open tasks."""
    return cast.make_tasks(project, mo, 5)[0].batch


def run(change: Change, actor: User, batch: Batch) -> BatchChange:
    """Ask for a change and let its job do it."""
    row = change(actor=actor, batch=batch)
    jobs.change_batch(row.pk)
    row.refresh_from_db()
    assert row.work_state == WorkState.DONE
    return row


def counted(batch: Batch) -> Counts:
    """Return the counters of a batch, which are those that its tasks give."""
    batch.refresh_from_db()
    kept = Counts(
        batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
    )
    assert kept == count_batch(batch)
    return kept


def states(batch: Batch) -> list[str]:
    return list(batch.tasks.order_by("pk").values_list("state", flat=True))


@each_change
def test_it_refuses_whoever_is_no_manager(batch: Batch, lena: User, change: Change) -> None:
    with pytest.raises(PermissionDenied):
        change(actor=lena, batch=batch)
    assert not BatchChange.objects.exists()


@each_change
@pytest.mark.parametrize(
    ("fields", "words"),
    [({"work_state": "running"}, "not done"), ({"source": "follow_up"}, "from a release")],
)
def test_it_leaves_a_batch_that_is_not_in_hand(
    batch: Batch, mo: User, change: Change, fields: dict[str, str], words: str
) -> None:
    Batch.objects.update(**fields)
    with pytest.raises(BatchNotInHandError, match=words):
        change(actor=mo, batch=batch)
    assert not BatchChange.objects.exists()


@each_change
def test_it_does_no_harm_twice(batch: Batch, mo: User, change: Change) -> None:
    run(change, mo, batch)
    tasks = list(Task.objects.order_by("pk").values("state", "priority", "is_paused"))
    counts = counted(batch)
    run(change, mo, batch)
    assert list(Task.objects.order_by("pk").values("state", "priority", "is_paused")) == tasks
    assert counted(batch) == counts


def test_it_gives_the_open_tasks_another_priority(
    project: Project, batch: Batch, rosa: User, mo: User
) -> None:
    first, second, *_ = batch.tasks.order_by("pk")
    long_ago = timezone.now() - timedelta(days=1)
    Task.objects.filter(pk=first.pk).update(state="finished")
    Task.objects.filter(pk=second.pk).update(offered_at=long_ago)
    [other] = cast.make_tasks(project, mo)
    row = run(partial(set_priority, priority=3), mo, batch)
    assert (row.tasks_seen, row.tasks_changed, row.priority) == (5, 4, 3)
    assert list(batch.tasks.order_by("pk").values_list("priority", flat=True)) == [0, 3, 3, 3, 3]
    other.refresh_from_db()
    assert other.priority == 0
    second.refresh_from_db()
    assert second.offered_at is not None
    assert second.offered_at > long_ago, "nobody has gone past its new place"
    assert cast.claim(rosa, project).task_id == second.pk
    entries = ActionLog.objects.filter(verb__startswith="batch:").order_by("pk")
    assert [entry.verb for entry in entries] == ["batch:priority", "batch:changed"]
    assert (entries[0].before, entries[0].after) == ({"priority": None}, {"priority": 3})


def test_it_refuses_a_priority_that_no_task_may_have(batch: Batch, mo: User) -> None:
    with pytest.raises(ValueError, match="-10 to 10"):
        set_priority(actor=mo, batch=batch, priority=11)


def test_it_gives_out_no_task_of_a_paused_batch(
    project: Project, batch: Batch, rosa: User, ravi: User, mo: User
) -> None:
    held = cast.claim(rosa, project)
    counts = counted(batch)
    run(pause_batch, mo, batch)
    assert counted(batch) == counts, "what is paused is still asked for"
    assert claim_next_task(actor=ravi, project=project) is None
    assert explain_empty_queue(ravi, project).reason == QueueReason.BATCH_PAUSED
    assert projects_with_tasks(ravi, [project]) == set()
    cast.submit(held)
    assert claim_next_task(actor=rosa, project=project) is None


def test_it_lets_nobody_take_a_paused_task_from_those_held_ahead(
    project: Project, batch: Batch, rosa: User, ravi: User, mo: User
) -> None:
    cast.claim(rosa, project)
    Task.objects.exclude(assignments__state="open").update(state="withdrawn")
    Task.objects.filter(state="open").update(judgments_per_task=1, free_places=0)
    Assignment.objects.update(is_ahead=True)
    assert projects_with_tasks(ravi, [project]) == {project.pk}
    run(pause_batch, mo, batch)
    assert projects_with_tasks(ravi, [project]) == set()
    assert claim_next_task(actor=ravi, project=project) is None
    assert explain_empty_queue(ravi, project).reason == QueueReason.BATCH_PAUSED


@pytest.mark.parametrize("kind", ["gold", "training", "qualification"])
def test_it_pauses_tasks_that_are_for_everybody(
    project: Project, batch: Batch, rosa: User, mo: User, kind: str
) -> None:
    is_trial = kind != "gold"
    Project.objects.update(needs_qualification=is_trial, gold_rate=0 if is_trial else 0.5)
    project.refresh_from_db()
    Task.objects.update(kind=kind)

    def is_given() -> bool:  # gold comes by chance, hence forty times
        return any(claim_next_task(actor=rosa, project=project) for _ in range(40))

    run(pause_batch, mo, batch)
    assert not is_given()
    run(resume_batch, mo, batch)
    assert is_given()


def test_it_gives_out_the_tasks_of_a_resumed_batch_to_whoever_went_past(
    project: Project, batch: Batch, rosa: User, mo: User
) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    Task.objects.update(offered_at=long_ago)
    run(pause_batch, mo, batch)
    assert claim_next_task(actor=rosa, project=project) is None
    run(resume_batch, mo, batch)
    assert Task.objects.filter(offered_at__gt=long_ago, is_queued=True).count() == 5
    assert claim_next_task(actor=rosa, project=project) is not None


def test_it_withdraws_what_nobody_began_and_puts_it_back(
    project: Project, batch: Batch, rosa: User, ravi: User, mo: User
) -> None:
    judged = cast.judged(rosa, project).task_id
    held = cast.claim(ravi, project).task_id
    before = counted(batch)
    row = run(remove_unjudged_tasks, mo, batch)
    left = {judged, held}
    assert row.tasks_withdrawn == 5 - len(left)
    assert set(batch.tasks.filter(state="open").values_list("pk", flat=True)) == left
    asked = project.judgments_per_task
    assert counted(batch) == Counts(len(left), 0, 1, asked * len(left))
    row = run(restore_tasks, mo, batch)
    assert (row.tasks_withdrawn, counted(batch)) == (0, before)
    assert states(batch) == ["open"] * 5


def test_it_withdraws_a_task_that_was_only_skipped_or_lapsed(
    project: Project, batch: Batch, rosa: User, ravi: User, mo: User
) -> None:
    skip_task(actor=rosa, assignment=cast.claim(rosa, project), reason=SkipReason.OTHER)
    lapsed = cast.claim(ravi, project)
    Assignment.objects.filter(pk=lapsed.pk).update(leased_until=timezone.now())
    run(remove_unjudged_tasks, mo, batch)
    assert states(batch) == ["withdrawn"] * 5
    lapsed.refresh_from_db()
    assert lapsed.state == Assignment.State.LAPSED
    assert counted(batch) == Counts()
    assert claim_next_task(actor=ravi, project=project) is None
    run(restore_tasks, mo, batch)
    assert claim_next_task(actor=ravi, project=project) is not None


def test_it_goes_on_where_a_failed_change_stopped(batch: Batch, mo: User) -> None:
    row = pause_batch(actor=mo, batch=batch)
    assert changing._change_chunk(row.pk)
    BatchChange.objects.update(work_state=WorkState.FAILED, failure="The disk was full.")
    row = run(retry_batch_change, mo, batch)
    assert (row.tasks_seen, row.tasks_changed, row.is_complete) == (5, 5, True)
    assert Task.objects.filter(is_paused=True).count() == 5


def test_it_goes_on_with_what_is_asked_meanwhile(batch: Batch, mo: User) -> None:
    row = pause_batch(actor=mo, batch=batch)
    assert changing._change_chunk(row.pk)
    resume_batch(actor=mo, batch=batch)
    jobs.change_batch(row.pk)
    assert not Task.objects.filter(is_paused=True).exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"change": "priority", "priority": "5"}, "get the priority 5"),
        ({"change": "priority", "priority": ""}, "whole number from -10 to 10"),
        ({"change": "priority", "priority": "11"}, "whole number from -10 to 10"),
        ({"change": "pause", "priority": "99"}, "are paused"),
        ({"change": "remove"}, "are withdrawn"),
        ({"change": "drop table"}, "Choose one of the buttons"),
        ({}, "Choose one of the buttons"),
    ],
)
def test_it_is_asked_on_the_page_of_the_batch(
    client: Client, batch: Batch, mo: User, data: dict[str, str], said: str
) -> None:
    client.force_login(mo)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Withdraw what is not judged" in page
    answer = client.post(f"{batch.get_absolute_url()}change/", data, follow=True)
    assert said in answer.content.decode()


def test_it_says_on_the_page_how_the_batch_stands(
    client: Client, batch: Batch, mo: User, lena: User
) -> None:
    client.force_login(mo)
    pause_batch(actor=mo, batch=batch)
    remove = remove_unjudged_tasks(actor=mo, batch=batch)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Paused." in page
    assert "of 5 looked at" in page
    assert "5 images came in." in page
    jobs.change_batch(remove.pk)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "5 tasks that nobody judged are withdrawn" in page
    assert "Put withdrawn tasks back" in page
    assert ">Resume<" in page
    tasks = client.get(f"/projects/{batch.project.slug}/tasks/").content.decode()
    assert tasks.count(">Paused<") == 5
    client.force_login(lena)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Paused." in page
    assert "Withdraw what is not judged" not in page
