"""Scores of one criterion stand together across releases until one of them breaks it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.actions import publish_version, start_draft, write_draft
from rubrics.comparability import pooled_criteria
from rubrics.models import Criterion, Rubric, RubricVersion
from rubrics.spec import CriterionSpec, RubricSpec
from tests import cast

QUALITY = cast.quality_criterion()
REMARK = CriterionSpec("remark", "text", "Remark")


@pytest.fixture
def rubric(project: Project, lena: User) -> Rubric:
    """A rubric whose first release asks for quality and a remark."""
    return cast.release_rubric(project, lena, QUALITY, REMARK).rubric


def release(
    rubric: Rubric, lead: User, *criteria: CriterionSpec, **decisions: str
) -> RubricVersion:
    draft = start_draft(actor=lead, rubric=rubric)
    write_draft(actor=lead, version=draft, spec=RubricSpec("Look.", criteria))
    return publish_version(actor=lead, version=draft, decisions=decisions)


def pooled(version: RubricVersion, key: str = "quality") -> list[int]:
    """Return the numbers of the versions whose scores of `key` stand together."""
    pks = pooled_criteria(version.criteria.get(key=key))
    numbers = dict(Criterion.objects.values_list("pk", "version__number"))
    return [numbers[pk] for pk in pks]


def test_it_puts_together_what_was_never_broken(rubric: Rubric, lena: User) -> None:
    release(rubric, lena, replace(QUALITY, title="Overall quality"), REMARK)
    newest = release(rubric, lena, replace(QUALITY, title="The overall quality"), REMARK)
    assert pooled(newest) == [3, 2, 1]
    assert pooled(newest, "remark") == [3, 2, 1]


def test_it_goes_back_to_the_last_break_of_that_criterion_alone(rubric: Rubric, lena: User) -> None:
    release(rubric, lena, replace(QUALITY, direction="lower"), REMARK)
    newest = release(rubric, lena, replace(QUALITY, direction="lower", title="Q"), REMARK)
    assert pooled(newest) == [3, 2]
    assert pooled(newest, "remark") == [3, 2, 1]


def test_it_follows_the_lead_where_the_lead_decides_otherwise(rubric: Rubric, lena: User) -> None:
    newest = release(rubric, lena, QUALITY, REMARK, quality="breaking")
    assert pooled(newest) == [2]
    newest = release(rubric, lena, replace(QUALITY, direction="lower"), REMARK, quality="editorial")
    assert pooled(newest) == [3, 2]


def test_it_puts_nothing_together_across_a_break_of_the_whole(rubric: Rubric, lena: User) -> None:
    whole: dict[str, Any] = {"": "breaking"}
    newest = release(rubric, lena, QUALITY, REMARK, **whole)
    assert pooled(newest) == [2]
    assert pooled(newest, "remark") == [2]


def test_it_begins_anew_with_a_criterion_that_went_and_came_back(
    rubric: Rubric, lena: User
) -> None:
    release(rubric, lena, REMARK)
    newest = release(rubric, lena, QUALITY, REMARK)
    assert pooled(newest) == [3]
    assert pooled(newest, "remark") == [3, 2, 1]


def test_it_looks_back_only(rubric: Rubric, lena: User) -> None:
    release(rubric, lena, QUALITY, REMARK)
    assert pooled(rubric.versions.get(number=1)) == [1]


def test_it_leaves_a_draft_by_itself(rubric: Rubric, lena: User) -> None:
    assert pooled(start_draft(actor=lena, rubric=rubric)) == [2]


def test_it_takes_two_queries_however_many_releases(
    rubric: Rubric, lena: User, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        newest = release(rubric, lena, replace(QUALITY, title=f"Quality {number}"), REMARK)
    criterion = newest.criteria.select_related("version").get(key="quality")
    with django_assert_num_queries(2):
        assert len(pooled_criteria(criterion)) == 5
