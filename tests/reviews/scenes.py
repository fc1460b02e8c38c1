"""Judgments, flags and background work, made the way the product makes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evalhub.models import Project, Role, User
from reviews.actions import record_judgment
from rubrics.models import RubricVersion
from tasks.actions import Submission
from tasks.models import Assignment, Judgment
from tests import cast


def record(user: User, assignment: Assignment, **values: object) -> Submission:
    """Submit `values` for a claimed task (quality=4 where none is given)."""
    return record_judgment(
        actor=user,
        assignment=assignment,
        answers=cast.answer(assignment.version, values or {"quality": 4}),
        submit_key=assignment.submit_key,
    )


def judge(user: User, project: Project, **values: object) -> Judgment:
    """Claim the next task as `user` and record `values` for it."""
    judgment = record(user, cast.claim(user, project), **values).judgment
    assert judgment is not None
    return judgment


def make_evaluators(project: Project, count: int) -> list[User]:
    people = [cast.make_user(f"evaluator{n}") for n in range(count)]
    for person in people:
        cast.join(project, person, Role.EVALUATOR)
    return people


def judge_table(
    project: Project, version: RubricVersion, manager: User, table: Iterable[Sequence[int | None]]
) -> list[list[int | None]]:
    """Record the quality levels of a table, tasks x evaluators; None is left out. Return it."""
    rows = [list(row) for row in table]
    evaluators = make_evaluators(project, len(rows[0]))
    for row in rows:
        [task] = cast.make_tasks(project, manager, judgments_per_task=len(row))
        for place, (evaluator, level) in enumerate(zip(evaluators, row, strict=True), start=1):
            if level is None:
                continue
            assignment = Assignment.objects.create(
                task=task,
                project=project,
                evaluator=evaluator,
                version=version,
                place=place,
                places=len(row),
                leased_until=task.created_at.replace(year=task.created_at.year + 1),
            )
            record(evaluator, assignment, quality=level)
    return rows
