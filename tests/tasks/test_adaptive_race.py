"""The cap of a stopping rule with many evaluators at once, each on a connection of its own."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from evalhub.models import Project, Role, User
from tasks.actions import claim_next_task, hold_tasks_ahead
from tasks.counters import count_batch
from tasks.models import Assignment, Judgment, Task
from tests import cast

CLIENTS, TASKS, FIRST, MOST = 20, 8, 2, 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holds_ahead", [0, 2])
def test_it_never_goes_beyond_the_cap_with_twenty_who_disagree(holds_ahead: int) -> None:
    project = cast.make_project(
        stopping_rule="lead_by_two",
        judgments_per_task=FIRST,
        most_judgments=MOST,
        holds_ahead=holds_ahead,
    )
    lead = cast.make_user("lena")
    cast.join(project, lead, Role.LEAD)
    cast.release_rubric(project, lead)
    cast.make_tasks(project, lead, TASKS)
    evaluators = [cast.make_user(f"evaluator{number}") for number in range(CLIENTS)]
    for evaluator in evaluators:
        cast.join(project, evaluator, Role.EVALUATOR)
    judge_all_at_once(project, evaluators)

    tasks = list(Task.objects.all())
    per_task = Counter(Judgment.objects.values_list("task", flat=True))
    for task in tasks:
        votes = Judgment.objects.filter(task=task).values_list("vote", flat=True)
        assert sorted(votes) == list(range(1, per_task[task.pk] + 1))
        assert FIRST <= per_task[task.pk] == task.judgments_per_task <= MOST
        assert (task.state, task.free_places, task.judgments_first) == ("finished", 0, FIRST)
    assert min(per_task.values()) > FIRST
    assert not Assignment.objects.open().exists()
    batch = tasks[0].batch
    counts = count_batch(batch)
    assert (batch.tasks_finished, batch.judgments_done) == (TASKS, sum(per_task.values()))
    assert (counts.tasks_finished, counts.judgments_asked) == (TASKS, batch.judgments_asked)


def judge_all_at_once(project: Project, evaluators: list[User]) -> None:
    """Let every evaluator judge until nothing is left; no two of a task's first say the same."""
    barrier = Barrier(len(evaluators))

    def judge(user: User) -> None:
        try:
            barrier.wait()
            while held := claim_next_task(actor=user, project=project):
                hold_tasks_ahead(actor=user, project=project)
                cast.submit(held, quality=1 if held.place % 2 else 5)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(evaluators)) as pool:
        list(pool.map(judge, evaluators))
    # Somebody may have found all held, gone home, and a doubt came after: they look once more.
    for user in evaluators:
        while held := claim_next_task(actor=user, project=project):
            cast.submit(held, quality=1 if held.place % 2 else 5)
