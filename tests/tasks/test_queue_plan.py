"""A claim reads a few rows, however much an evaluator has behind them or the queue at its head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task, hold_tasks_ahead
from tasks.models import Assignment, Task
from tests import cast

MANY = 3_000
FEW = 300
NOW = timezone.now()


def add_tasks(project: Project, like: Task, count: int, **fields: Any) -> list[Task]:
    offered_at = NOW - timedelta(days=1)
    return Task.objects.bulk_create(
        Task(
            project=project,
            batch=like.batch,
            key=f"{fields.get('state', 'open')} {number}",
            offered_at=offered_at + timedelta(seconds=number),
            **{"judgments_per_task": 3, "free_places": 2, "state": "open", **fields},
        )
        for number in range(count)
    )


def add_fresh_tasks(project: Project, like: Task, count: int) -> None:
    Task.objects.bulk_create(
        Task(project=project, batch=like.batch, key=f"fresh {number}", state="open",
             judgments_per_task=3, free_places=3)
        for number in range(count)
    )  # fmt: skip


@pytest.fixture
def crowded(project: Project, version: RubricVersion, rosa: User, mo: User) -> Project:
    """Rosa was given thousands of tasks that are open still; as many are finished, or fresh."""
    [like] = cast.make_tasks(project, mo)
    add_tasks(project, like, MANY, state="finished", free_places=0, judgments_done=3, priority=5)
    Assignment.objects.bulk_create(
        Assignment(
            task=task, project=project, evaluator=rosa, version=version, place=1, places=3,
            state="skipped", leased_until=NOW, closed_at=NOW,
        )
        for task in add_tasks(project, like, MANY)
    )  # fmt: skip
    assert claim_next_task(actor=rosa, project=project) is not None  # moves her mark
    Assignment.objects.open().update(state="skipped", closed_at=NOW)
    add_fresh_tasks(project, like, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return project


def claim_and_capture(project: Project, user: User) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        cast.claim(user, project)
    return [row["sql"] for row in captured.captured_queries if row["sql"].startswith("SELECT")]


def steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from steps(part)


def rows_read(sql: str) -> int:
    """Return how many rows the steps of a statement produced or threw away, by PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        [(found,)] = cursor.fetchall()
    plan = json.loads(found) if isinstance(found, str) else found
    return sum(
        step["Actual Loops"]
        * (step["Actual Rows"] + sum(n for name, n in step.items() if name.startswith("Rows Rem")))
        for step in steps(plan[0]["Plan"])
    )


def test_it_reads_few_rows_whatever_lies_behind(crowded: Project, rosa: User) -> None:
    statements = claim_and_capture(crowded, rosa)
    assert any("tasks_task" in sql for sql in statements)
    if connection.vendor == "postgresql":
        read = {sql: rows_read(sql) for sql in statements}
        assert sum(read.values()) < FEW, max(read, key=lambda sql: read[sql])
        return
    for sql in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
        scans = [step for step in plan if step.startswith("SCAN tasks_")]
        assert scans == [], sql


def test_it_asks_the_queue_by_its_index(crowded: Project, rosa: User) -> None:
    statements = claim_and_capture(crowded, rosa)
    queue = [sql for sql in statements if '"is_queued"' in sql.partition(" WHERE ")[2]]
    assert len(queue) >= 3  # the priorities there are, what is begun, what nobody has begun
    for sql in queue:
        with connection.cursor() as cursor:
            explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{explain} {sql}")
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
        assert "queue_of_project" in plan, f"{sql}\n{plan}"
        assert "TEMP B-TREE" not in plan, f"{sql}\n{plan}"  # SQLite would sort all it finds


def count_queries(user: User, project: Project) -> tuple[int, int, int]:
    """Return the statements of one submit, the claim after it, and of holding the next ahead."""
    held = Assignment.objects.open().get(evaluator=user, is_ahead=False)
    with CaptureQueriesContext(connection) as submit:
        cast.submit(held)
    with CaptureQueriesContext(connection) as claim:
        assert claim_next_task(actor=user, project=project) is not None
    with CaptureQueriesContext(connection) as ahead:
        assert len(hold_tasks_ahead(actor=user, project=project)) == project.holds_ahead
    return len(submit), len(claim), len(ahead)


# Of a submit, of a claim that takes what was held ahead, and of holding another task.
MOST_QUERIES = (25, 9, 25)


def test_it_takes_as_many_queries_however_much_there_is(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    [like, *_] = cast.make_tasks(project, mo, 6)
    cast.claim(rosa, project)
    count_queries(rosa, project)  # a first submit starts chains and runs
    few = count_queries(rosa, project)
    add_tasks(project, like, MANY, state="finished", free_places=0, judgments_done=3, priority=5)
    add_fresh_tasks(project, like, MANY)
    assert count_queries(rosa, project) == few
    assert all(count <= most for count, most in zip(few, MOST_QUERIES, strict=True)), few
