"""Exact collection with many evaluators at once, each on a connection of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from evalhub.models import Project, Role, User
from tasks.actions import claim_next_task, skip_task, submit_judgment
from tasks.models import Assignment, Judgment, SkipReason, Task
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 12
TASKS = 15


def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run `calls` in as many threads, begun together, and return their results."""
    calls = list(calls)
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def busy_project(transactional_db: None) -> tuple[Project, list[User]]:
    project = cast.make_project()
    lead, manager = cast.make_user("lena"), cast.make_user("mo")
    cast.join(project, lead, Role.LEAD)
    cast.join(project, manager, Role.MANAGER)
    cast.release_rubric(project, lead)
    cast.make_tasks(project, manager, TASKS)
    evaluators = [cast.make_user(f"evaluator{n}") for n in range(CLIENTS)]
    for evaluator in evaluators:
        cast.join(project, evaluator, Role.EVALUATOR)
    return project, evaluators


def test_it_collects_exactly_as_many_judgments_as_asked(
    busy_project: tuple[Project, list[User]],
) -> None:
    project, evaluators = busy_project

    def judge_all(number: int, user: User) -> int:
        done = 0
        while assignment := claim_next_task(actor=user, project=project):
            if (assignment.task_id + number) % 7 == 0:
                skip_task(actor=user, assignment=assignment, reason=SkipReason.DUPLICATE)
                continue
            submit_judgment(
                actor=user,
                assignment=assignment,
                answers=cast.answer(assignment.version, {"quality": 3}),
                submit_key=assignment.submit_key,
            )
            done += 1
        return done

    done = at_once(partial(judge_all, number, user) for number, user in enumerate(evaluators))
    assert sum(done) == TASKS * project.judgments_per_task
    per_task = Counter(Judgment.objects.values_list("task", flat=True))
    assert set(per_task.values()) == {project.judgments_per_task}
    assert len(per_task) == TASKS
    assert not Task.objects.exclude(state=Task.State.FINISHED).exists()


def test_it_never_holds_more_places_than_asked(busy_project: tuple[Project, list[User]]) -> None:
    project, evaluators = busy_project
    Task.objects.filter(pk__gt=Task.objects.order_by("pk")[1].pk).update(state="withdrawn")
    claimed = at_once(partial(claim_next_task, actor=user, project=project) for user in evaluators)
    held = [assignment for assignment in claimed if assignment]
    assert len(held) == 2 * project.judgments_per_task
    assert len({(hold.task_id, hold.place) for hold in held}) == len(held)


def test_it_gives_two_tabs_of_one_evaluator_the_same_task(
    busy_project: tuple[Project, list[User]],
) -> None:
    project, [rosa, *_] = busy_project
    claimed = at_once(lambda: claim_next_task(actor=rosa, project=project) for _ in range(CLIENTS))
    assert len({assignment.pk for assignment in claimed}) == 1
    assert Assignment.objects.count() == 1


def test_it_makes_one_judgment_of_ten_equal_submits_at_once(
    busy_project: tuple[Project, list[User]],
) -> None:
    project, [rosa, *_] = busy_project
    assignment = cast.claim(rosa, project)
    answers = cast.answer(assignment.version, {"quality": 3})
    results = at_once(
        lambda: submit_judgment(
            actor=rosa, assignment=assignment, answers=answers, submit_key=assignment.submit_key
        )
        for _ in range(10)
    )
    assert len({result.judgment.pk for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert Judgment.objects.count() == 1
