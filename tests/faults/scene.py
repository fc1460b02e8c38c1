"""The project a case plays in, and what it looks at afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Max
from django.db.models.functions import Now

from evalhub.models import Project, Role, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Judgment
from tests import cast
from tests.faults.client import Person
from tests.faults.house import House

Result = TypeVar("Result")


@dataclass
class Scene:
    """A project with a rubric, tasks and its people; evaluators are signed in by `enter`."""

    house: House
    project: Project
    version: RubricVersion
    manager: User
    evaluators: list[User]

    @classmethod
    def make(
        cls,
        house: House,
        *,
        tasks: int,
        evaluators: int,
        judgments_per_task: int = 3,
        slug: str = "photos",
        **fields: Any,
    ) -> Scene:
        """Make the project; its people are named after it."""
        project = cast.make_project(slug, judgments_per_task=judgments_per_task, **fields)
        lead, manager = cast.make_user(f"{slug}-lena"), cast.make_user(f"{slug}-mo")
        cast.join(project, lead, Role.LEAD, Role.REVIEWER)
        cast.join(project, manager, Role.MANAGER, Role.REVIEWER)
        criterion = cast.quality_criterion(justification_rule="optional")
        version = cast.release_rubric(project, lead, criterion)
        cast.make_tasks(project, manager, tasks)
        people = [cast.make_user(f"{slug}-evaluator{n}") for n in range(evaluators)]
        for person in people:
            cast.join(project, person, Role.EVALUATOR)
        return cls(house, project, version, manager, people)

    def enter(self) -> list[Person]:
        """Return the evaluators, each with a browser in which they are signed in."""
        people = [Person(self.house.address, user.username) for user in self.evaluators]
        for person in people:
            person.sign_in()
        return people

    def let_holds_lapse(self) -> None:
        """Let every hold of the project have ended a minute ago."""
        held = Assignment.objects.filter(project=self.project, closed_at=None)
        held.update(leased_until=Now() - timedelta(minutes=1))

    def most_per_task(self) -> int:
        """Return the most live assignments and judgments that one task has."""
        taken = Assignment.objects.filter(project=self.project, state__in=["open", "submitted"])
        counts = taken.values("task").annotate(count=Count("pk"))
        return int(counts.aggregate(most=Max("count"))["most"] or 0)

    def judgments(self) -> int:
        return Judgment.objects.filter(project=self.project).count()


def at_once(calls: Iterable[Callable[[], Result]]) -> list[Result]:
    """Run `calls` in as many threads, begun together, and return their results."""
    calls = list(calls)
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            barrier.wait(30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def timed(call: Callable[[], Result]) -> tuple[float, Result]:
    """Return how many seconds a call took, and what it returned."""
    began = time.monotonic()
    result = call()
    return time.monotonic() - began, result


def lift_constraints(*tables: str) -> None:
    """Take the unique and check constraints off tables, for a twin whose guard is patched out."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT conname FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype IN ('c', 'u')",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            cursor.execute(
                "SELECT indexrelid::regclass::text FROM pg_index"
                " WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
