"""Judgments per task that follow what evaluators say."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from evalhub.models import Project, Role, User
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.actions import claim_next_task, submit_judgment
from tasks.counters import Counts, count_batch
from tasks.intake import PictureInTask, add_task, open_tasks
from tasks.models import Assignment, Batch, Image, Judgment, Task
from tasks.votes import ballots_of
from tests import cast

YES_NO = (LevelSpec(value=0, label="No", key="no"), LevelSpec(value=1, label="Yes", key="yes"))
REAL = CriterionSpec(key="real", type="binary", title="Real", levels=YES_NO)
MANY = 30


@pytest.fixture
def doubtful(project: Project, lena: User) -> Project:
    """A project that asks two, and a third only where they disagree."""
    set_rule(project, "disagreement", first=2, most=3)
    cast.release_rubric(project, lena, REAL)
    return project


def set_rule(project: Project, rule: str, *, first: int, most: int, panel: float = 0.0) -> None:
    project.stopping_rule, project.panel_rate = rule, panel
    project.judgments_per_task, project.most_judgments = first, most
    project.save()


def people(project: Project, count: int) -> list[User]:
    users = [cast.make_user(f"person{number}") for number in range(count)]
    for user in users:
        cast.join(project, user, Role.EVALUATOR)
    return users


def assert_counts_hold(task: Task) -> None:
    batch = task.batch
    batch.refresh_from_db()
    kept = (
        batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
    )  # fmt: skip
    assert Counts(*kept) == count_batch(batch)


def test_it_collects_the_majority_of_three_of_every_yes_and_no(doubtful: Project, mo: User) -> None:
    evaluators = people(doubtful, 3)
    for stream in product((0, 1), repeat=3):
        [task] = cast.make_tasks(doubtful, mo)
        for user, value in zip(evaluators, stream, strict=True):
            if held := claim_next_task(actor=user, project=doubtful):
                cast.submit(held, real=value)
        task.refresh_from_db()
        judgments = Judgment.objects.filter(task=task)
        said = [score.number or 0 for row in judgments for score in row.scores.all()]
        assert (sum(said) * 2 > len(said)) == (sum(stream) >= 2)
        asked = 2 if stream[0] == stream[1] else 3
        assert (len(said), task.judgments_per_task, task.state) == (asked, asked, "finished")
        assert (task.judgments_first, task.judgments_added) == (2, asked - 2)
        assert_counts_hold(task)


def test_it_asks_for_the_third_only_when_both_are_there(
    doubtful: Project, mo: User, rosa: User, ravi: User
) -> None:
    [task] = cast.make_tasks(doubtful, mo)
    third = people(doubtful, 1)[0]
    cast.submit(cast.claim(rosa, doubtful), real=1)
    held = cast.claim(ravi, doubtful)
    assert claim_next_task(actor=third, project=doubtful) is None
    cast.submit(held, real=0)
    task.refresh_from_db()
    assert (task.state, task.free_places, task.judgments_per_task) == ("open", 1, 3)
    assert_counts_hold(task)
    assert cast.claim(third, doubtful).task == task
    assert claim_next_task(actor=rosa, project=doubtful) is None


def test_it_asks_for_nothing_twice_when_a_submit_comes_twice(
    doubtful: Project, mo: User, rosa: User, ravi: User
) -> None:
    [task] = cast.make_tasks(doubtful, mo)
    cast.submit(cast.claim(rosa, doubtful), real=1)
    held = cast.claim(ravi, doubtful)
    for _ in range(2):
        assert cast.submit(held, real=0).judgment is not None
    task.refresh_from_db()
    assert task.judgments_per_task == 3


@pytest.mark.parametrize("fields", [{"is_panel": True}, {"kind": "gold"}, {"kind": "reask"}])
def test_it_leaves_the_panel_and_other_kinds_alone(
    doubtful: Project, mo: User, rosa: User, ravi: User, fields: dict[str, Any]
) -> None:
    [task] = cast.make_tasks(doubtful, mo, **fields)
    version = doubtful.rubric.current_version()
    assert version is not None
    for place, (user, value) in enumerate(((rosa, 0), (ravi, 1)), start=1):
        hold(task, user, version, place)
        cast.submit(task.assignments.get(evaluator=user), real=value)
    task.refresh_from_db()
    assert (task.state, task.judgments_per_task) == ("finished", 2)


def hold(task: Task, user: User, version: RubricVersion, place: int) -> None:
    """Give a place of `task` to somebody whom the queue would not give it to."""
    Assignment.objects.create(
        task=task,
        project=task.project,
        evaluator=user,
        version=version,
        place=place,
        places=task.judgments_per_task,
        leased_until=task.created_at.replace(year=task.created_at.year + 1),
    )


def test_it_does_not_reopen_a_task_that_was_ended_otherwise(
    doubtful: Project, mo: User, rosa: User, ravi: User
) -> None:
    [task] = cast.make_tasks(doubtful, mo)
    cast.submit(cast.claim(rosa, doubtful), real=1)
    held = cast.claim(ravi, doubtful)
    Task.objects.filter(pk=task.pk).update(state=Task.State.FINISHED)
    cast.submit(held, real=0)
    task.refresh_from_db()
    assert (task.state, task.judgments_per_task) == ("finished", 2)


def test_it_goes_on_until_one_answer_leads_by_two(project: Project, mo: User, lena: User) -> None:
    set_rule(project, "lead_by_two", first=2, most=5)
    cast.release_rubric(project, lena, REAL)
    [task] = cast.make_tasks(project, mo)
    taken = 0
    for user, value in zip(people(project, 5), (0, 1, 1, 1, 0), strict=True):
        if held := claim_next_task(actor=user, project=project):
            cast.submit(held, real=value)
            taken += 1
    task.refresh_from_db()
    assert (taken, task.state, task.judgments_added) == (4, "finished", 2)


def test_it_reads_votes_by_what_each_type_calls_agreeing(
    project: Project, lena: User, mo: User, rosa: User, ravi: User
) -> None:
    options = tuple(
        LevelSpec(value=number, label=word, key=word) for number, word in enumerate("abc", start=1)
    )
    version = cast.release_rubric(
        project,
        lena,
        cast.quality_criterion(),
        CriterionSpec(key="defects", type="multi", title="Defects", levels=options),
        CriterionSpec(key="kind", type="choice", title="Kind", levels=options),
        CriterionSpec(key="remark", type="text", title="Remark"),
        CriterionSpec(key="sharp", type="scale", title="Sharpness"),
    )
    [task] = cast.make_tasks(project, mo)
    for user, level, ticked in ((rosa, 1, ["a", "c"]), (ravi, 2, ["c", "a"])):
        held = cast.claim(user, project)
        answers = cast.answer(version, {"quality": level, "kind": 2, "remark": "x", "sharp": 5})
        answers.insert(1, cast.ticks(version, "defects", ticked))
        submit_judgment(actor=user, assignment=held, answers=answers, submit_key=held.submit_key)
    found = {(ballot.votes, ballot.is_ordered) for ballot in ballots_of(task)}
    assert found == {
        ((0, 1), True),
        ((frozenset("ac"), frozenset("ac")), False),
        (("b", "b"), False),
    }


@pytest.mark.parametrize(("rate", "in_panel"), [(0.0, 0), (1.0, MANY)])
def test_it_draws_the_panel_at_import(
    project: Project, mo: User, rate: float, in_panel: int
) -> None:
    set_rule(project, "disagreement", first=2, most=5, panel=rate)
    tasks = import_many(project, mo)
    panel = [task for task in tasks if task.is_panel]
    assert len(panel) == in_panel
    assert {task.judgments_per_task for task in panel} <= {5}
    assert {task.judgments_per_task for task in tasks if not task.is_panel} <= {2}
    assert all(task.free_places == task.judgments_per_task for task in tasks)


def test_it_has_no_panel_without_a_rule(project: Project, mo: User) -> None:
    set_rule(project, "fixed", first=3, most=5, panel=1.0)
    tasks = import_many(project, mo)
    assert {(task.is_panel, task.judgments_per_task) for task in tasks} == {(False, 3)}


def import_many(project: Project, manager: User) -> list[Task]:
    [made] = cast.make_tasks(project, manager)
    image = Image.objects.get(tasks=made)
    batch = Batch.objects.create(
        project=project, name="B", source="folder", created_by=manager, work_state="done"
    )
    for number in range(MANY):
        add_task(batch=batch, key=f"task {number}", pictures=[PictureInTask(image)])
    assert open_tasks(batch) == MANY
    return list(Task.objects.filter(batch=batch))
