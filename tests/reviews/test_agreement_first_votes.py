"""Agreement where a stopping rule asks again only about what is in doubt."""

from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, Role, User
from reviews import jobs
from reviews.models import AgreementResult, AgreementRun
from rubrics.models import RubricVersion
from tasks.models import Task
from tests import cast
from tests.reviews.scenes import judge_table, make_evaluators, record


def agreement(version: RubricVersion) -> AgreementResult:
    run, _ = AgreementRun.objects.get_or_create(version=version)
    jobs.compute_agreement(run.pk)
    return AgreementResult.objects.get()


@pytest.fixture
def doubtful(project: Project) -> Project:
    project.stopping_rule, project.judgments_per_task, project.most_judgments = (
        "disagreement", 2, 3
    )  # fmt: skip
    project.save()
    return project


def judge_all(project: Project, mo: User, tables: list[list[int]], **fields: Any) -> None:
    """Have each row's evaluators judge a task of their own, as many as the rule asks."""
    evaluators = make_evaluators(project, 3)
    for row in tables:
        [task] = cast.make_tasks(project, mo, **fields)
        for user, level in zip(evaluators, row, strict=True):
            task.refresh_from_db()
            if task.state == "open":
                record(user, cast.claim(user, project), quality=level)


TABLE = [[1, 1, 1], [5, 5, 1], [1, 5, 1], [2, 2, 1], [5, 1, 5], [3, 3, 1]]


def test_it_counts_only_what_was_asked_before_any_doubt(
    doubtful: Project, version: RubricVersion, mo: User
) -> None:
    judge_all(doubtful, mo, TABLE)
    found = agreement(version)
    assert (found.n_tasks, found.n_judgments) == (6, 12)

    elsewhere = cast.make_project("plain")
    lead = cast.make_user("lea")
    cast.join(elsewhere, lead, Role.LEAD, Role.MANAGER)
    plain = cast.release_rubric(elsewhere, lead)
    # The same first two judgments, collected without any rule.
    AgreementResult.objects.all().delete()
    rename(doubtful)
    judge_table(elsewhere, plain, lead, [row[:2] for row in TABLE])
    assert agreement(plain).alpha == pytest.approx(found.alpha)


def rename(project: Project) -> None:
    for membership in project.memberships.select_related("user"):
        membership.user.username = f"old-{membership.user.username}"
        membership.user.save(update_fields=["username"])


def test_it_counts_every_judgment_of_the_panel(
    doubtful: Project, version: RubricVersion, mo: User
) -> None:
    table = [[1, 5, 1], [2, 2, 2]]
    judge_all(doubtful, mo, table, is_panel=True, judgments_per_task=3)
    found = agreement(version)
    assert (found.n_tasks, found.n_judgments) == (2, 6)


def test_it_goes_on_leaving_out_what_was_added_after_the_rule_is_gone(
    doubtful: Project, version: RubricVersion, mo: User
) -> None:
    judge_all(doubtful, mo, [[1, 5, 1]])
    Project.objects.filter(pk=doubtful.pk).update(stopping_rule="fixed", judgments_per_task=3)
    assert agreement(version).n_judgments == 2


@pytest.mark.parametrize("kind", ["gold", "training", "qualification"])
def test_it_leaves_out_tasks_with_a_known_answer(
    project: Project, version: RubricVersion, mo: User, kind: str
) -> None:
    judge_table(project, version, mo, [[1, 5], [2, 2]])
    known = project.tasks.order_by("pk")[0]
    Task.objects.filter(pk=known.pk).update(kind=kind)
    found = agreement(version)
    assert (found.n_tasks, found.n_judgments) == (1, 2)
