"""Another number of judgments for the tasks that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import adjusting, jobs
from tasks.actions import adjust_tasks, release_assignment
from tasks.counters import Counts, count_batch
from tasks.models import Adjustment, Batch, Task
from tests import cast
from tests.tasks.release_data import release_next

FEW = 3


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjusting, "CHUNK", FEW)


def adjust(project: Project, manager: User, number: int, most: int = 5) -> Adjustment:
    """Ask for another number and do it."""
    row = adjust_tasks(
        actor=manager, project=project, judgments_per_task=number, most_judgments=most
    )
    jobs.adjust_tasks(row.pk)
    row.refresh_from_db()
    assert (row.work_state, row.is_complete) == (WorkState.DONE, True)
    assert_counts_hold(project)
    return row


def assert_counts_hold(project: Project) -> None:
    for batch in Batch.objects.filter(project=project):
        kept = (
            batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
        )  # fmt: skip
        assert Counts(*kept) == count_batch(batch)


def stand(task: Task) -> tuple[str, int, int, int]:
    """Return how a task stands: state, judgments asked for, added ones, free places."""
    task.refresh_from_db()
    return task.state, task.judgments_per_task, task.judgments_added, task.free_places


def people(project: Project, count: int) -> list[User]:
    users = [cast.make_user(f"person{number}") for number in range(count)]
    for user in users:
        cast.join(project, user, Role.EVALUATOR)
    return users


def judge(project: Project, users: list[User], *levels: int) -> None:
    """Let each of the first users judge the next task as the next level."""
    for user, level in zip(users, levels, strict=False):
        cast.judge(user, project, quality=level)


def test_it_opens_places_and_finished_tasks_where_more_is_asked(
    project: Project, version: RubricVersion, mo: User
) -> None:
    evaluators = people(project, 3)
    finished, begun, fresh = cast.make_tasks(project, mo, 3, judgments_per_task=2)
    judge(project, evaluators[:2], 4, 4)
    held = cast.claim(evaluators[0], project)
    row = adjust(project, mo, 3)
    assert stand(finished) == ("open", 3, 0, 1)
    assert stand(begun) == ("open", 3, 0, 2)
    assert stand(fresh) == ("open", 3, 0, 3)
    assert held.task == begun
    assert (row.tasks_seen, row.tasks_changed) == (3, 3)
    assert cast.claim(evaluators[2], project).task == finished, "it is offered again"


def test_it_takes_free_places_and_keeps_what_is_made_and_held(
    project: Project, version: RubricVersion, mo: User
) -> None:
    evaluators = people(project, 4)
    three, two, fresh = cast.make_tasks(project, mo, 3, judgments_per_task=4)
    judge(project, evaluators[:3], 1, 5, 3)
    judge(project, evaluators[:1], 2)
    cast.claim(evaluators[1], project)
    adjust(project, mo, 1)
    assert stand(three) == ("finished", 3, 0, 0)
    assert stand(two) == ("open", 2, 0, 0)
    assert stand(fresh) == ("open", 1, 0, 1)
    adjust(project, mo, 4)
    assert stand(three) == ("open", 4, 0, 1)
    assert stand(fresh) == ("open", 4, 0, 4)


def test_it_gives_out_no_place_too_many_where_those_taken_have_high_numbers(
    project: Project, version: RubricVersion, mo: User
) -> None:
    evaluators = people(project, 5)
    [task] = cast.make_tasks(project, mo, judgments_per_task=5)
    held = [cast.claim(user, project) for user in evaluators]
    adjust(project, mo, 5)
    for one in held[:3]:
        release_assignment(actor=one.evaluator, assignment=one)
    adjust(project, mo, 2)
    assert stand(task) == ("open", 2, 0, 0)
    late = cast.submit(held[0])
    assert late.judgment is None
    assert late.parked is not None
    for one in held[3:]:
        assert cast.submit(one).judgment is not None
    assert stand(task) == ("finished", 2, 0, 0)


def make_tasks_in(project: Project, manager: User, state: str) -> Task:
    """Make a task in `state`, that its batch does not count."""
    [task] = cast.make_tasks(project, manager, judgments_per_task=2)
    Task.objects.filter(pk=task.pk).update(state=state)
    Batch.objects.filter(pk=task.batch_id).update(tasks_open=0, judgments_asked=0)
    return task


def test_it_leaves_other_kinds_and_later_tasks_alone(project: Project, mo: User) -> None:
    kinds = ("gold", "reask", "training", "qualification")
    others = [cast.make_tasks(project, mo, kind=kind, judgments_per_task=2)[0] for kind in kinds]
    withdrawn = make_tasks_in(project, mo, "withdrawn")
    importing = make_tasks_in(project, mo, "importing")
    row = adjust_tasks(actor=mo, project=project, judgments_per_task=4, most_judgments=5)
    [later] = cast.make_tasks(project, mo, judgments_per_task=2)
    jobs.adjust_tasks(row.pk)
    for task in (*others, withdrawn, later):
        task.refresh_from_db()
        assert task.judgments_per_task == 2
    assert stand(importing) == ("importing", 4, 0, 4)
    assert_counts_hold(project)


def have_judged_anew(project: Project, lead: User) -> None:
    """Release a version by which all that was judged is judged anew."""
    clause = replace(cast.quality_criterion(), description="How good is it?")
    version = release_next(project, lead, (clause,), {"quality": "breaking"}, "redo")
    jobs.make_follow_ups(version.follow_up.pk)


def test_it_leaves_what_was_judged_anew_finished_and_adjusts_what_took_its_place(
    project: Project, version: RubricVersion, lena: User, mo: User, rosa: User
) -> None:
    [judged] = cast.make_tasks(project, mo, judgments_per_task=2)
    cast.judge(rosa, project)
    have_judged_anew(project, lena)
    anew = Task.objects.get(follows=judged)
    assert judged.pk != anew.pk
    adjust(project, mo, 3)
    assert stand(judged)[:2] == ("finished", 3)
    assert stand(anew) == ("open", 3, 0, 3)


def test_it_asks_what_is_made_meanwhile_to_judge_older_work_anew(
    project: Project, version: RubricVersion, lena: User, mo: User, rosa: User
) -> None:
    judged = cast.make_tasks(project, mo, 2, judgments_per_task=1)
    cast.judge(rosa, project)
    cast.judge(rosa, project)
    row = adjust_tasks(actor=mo, project=project, judgments_per_task=3, most_judgments=5)
    have_judged_anew(project, lena)
    jobs.adjust_tasks(row.pk)
    asked = Task.objects.filter(follows__in=judged).values_list("judgments_per_task", flat=True)
    assert list(asked) == [3, 3]
    assert_counts_hold(project)


def set_rule(project: Project, rule: str, *, first: int, most: int) -> None:
    project.stopping_rule, project.panel_rate = rule, 0.0
    project.judgments_per_task, project.most_judgments = first, most
    project.save()


def test_it_counts_added_judgments_towards_the_number(
    project: Project, version: RubricVersion, mo: User
) -> None:
    set_rule(project, "disagreement", first=2, most=5)
    evaluators = people(project, 3)
    doubted, agreed, waiting = cast.make_tasks(project, mo, 3)
    judge(project, evaluators, 1, 5, 1)
    judge(project, evaluators[:2], 4, 4)
    judge(project, evaluators[:2], 1, 5)
    assert stand(doubted) == ("finished", 3, 1, 0)
    assert stand(waiting) == ("open", 3, 1, 1)
    adjust(project, mo, 3)
    assert stand(agreed) == ("open", 3, 0, 1)
    assert stand(waiting) == ("open", 3, 0, 1)
    assert stand(doubted) == ("open", 4, 1, 1), "the first three do not agree"
    adjust(project, mo, 2)
    assert stand(agreed) == ("finished", 2, 0, 0)
    assert stand(waiting) == ("open", 3, 1, 1), "the first two do not agree"
    assert stand(doubted) == ("finished", 3, 1, 0), "most of the three do"


def test_it_asks_the_panel_for_the_most(project: Project, mo: User) -> None:
    set_rule(project, "lead_by_two", first=2, most=5)
    [panel] = cast.make_tasks(project, mo, is_panel=True, judgments_per_task=5)
    [other] = cast.make_tasks(project, mo)
    adjust(project, mo, 3, most=7)
    assert (stand(panel)[1], stand(other)[1]) == (7, 3)
    adjust(project, mo, 2, most=5)
    assert (stand(panel)[1], stand(other)[1]) == (5, 2)


def test_it_refuses_anybody_but_a_manager(
    project: Project, rosa: User, ada: User, lena: User, otto: User
) -> None:
    for person in (rosa, ada, lena, otto):
        with pytest.raises(PermissionDenied):
            adjust_tasks(actor=person, project=project, judgments_per_task=2, most_judgments=5)
    assert not Adjustment.objects.exists()


def test_it_refuses_a_number_below_one(project: Project, mo: User) -> None:
    with pytest.raises(ValueError, match="one judgment at least"):
        adjust_tasks(actor=mo, project=project, judgments_per_task=0, most_judgments=5)
    assert not Adjustment.objects.exists()


def test_it_begins_once_when_asked_twice_and_changes_nothing_when_run_twice(
    project: Project, version: RubricVersion, mo: User
) -> None:
    tasks = cast.make_tasks(project, mo, 5, judgments_per_task=2)
    judge(project, people(project, 2), 4, 4)
    rows = [
        adjust_tasks(actor=mo, project=project, judgments_per_task=3, most_judgments=5)
        for _ in range(2)
    ]
    assert rows[0].pk == rows[1].pk
    jobs.adjust_tasks(rows[0].pk)
    before = [stand(task) for task in tasks], [task.offered_at for task in tasks]
    jobs.adjust_tasks(rows[0].pk)
    assert adjust(project, mo, 3).tasks_changed == 0
    assert ([stand(task) for task in tasks], [task.offered_at for task in tasks]) == before


def test_it_logs_what_it_begins_with_and_how_many_tasks_it_changed(
    project: Project, mo: User
) -> None:
    cast.make_tasks(project, mo, 4, judgments_per_task=3)
    cast.make_tasks(project, mo, 1, judgments_per_task=5)
    adjust(project, mo, 5)
    start, end = ActionLog.objects.order_by("pk")
    assert (start.verb, start.actor, start.before) == (
        "adjustment:start", mo, {"judgments_per_task": 3},
    )  # fmt: skip
    assert start.after == {"judgments_per_task": 5, "tasks_open": 5, "tasks_finished": 0}
    assert (end.verb, end.actor) == ("adjustment:end", mo)
    assert end.after == {"judgments_per_task": 5, "tasks": 5, "changed": 4}


def count_queries(project: Project, manager: User, tasks: int) -> int:
    """Return the queries of one chunk of begun tasks, all of which change."""
    Task.objects.filter(project=project).update(state="withdrawn")
    made = cast.make_tasks(project, manager, tasks, judgments_per_task=2)
    evaluator = cast.make_user(f"judge-of-{tasks}")
    cast.join(project, evaluator, Role.EVALUATOR)
    for _ in made:
        cast.judge(evaluator, project)
    row = adjust_tasks(actor=manager, project=project, judgments_per_task=4, most_judgments=5)
    Adjustment.objects.filter(pk=row.pk).update(passed=made[0].pk - 1)
    with CaptureQueriesContext(connection) as captured:
        assert adjusting._adjust_chunk(row.pk)
    row.refresh_from_db()
    assert row.tasks_changed == tasks
    Adjustment.objects.filter(pk=row.pk).update(work_state=WorkState.DONE)
    return len(captured)


def test_it_takes_as_many_queries_for_each_task_however_many_there_are(
    project: Project, version: RubricVersion, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjusting, "CHUNK", 25)
    one, five, many = (count_queries(project, mo, tasks) for tasks in (1, 5, 25))
    each = (five - one) // 4
    assert five == one + 4 * each
    assert many == one + 24 * each
    assert each <= 5
