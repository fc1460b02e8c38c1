"""Agreement keeps apart what a release broke, and puts together what it did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalhub.models import Project, User
from reviews.models import AgreementResult
from reviews.stale import mark_stale_agreement
from rubrics.actions import publish_version, start_draft, write_draft
from rubrics.content import spec_of
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.actions import claim_next_task, release_version
from tasks.jobs import make_follow_ups
from tests import cast
from tests.reviews.scenes import judge, record
from tests.reviews.test_agreement_job import compute

pytestmark = pytest.mark.django_db

KEYS = ("one", "two", "three", "four", "five")
LEVELS = tuple(LevelSpec(value, f"Level {value}", f"Words {value}") for value in (1, 2, 3))


@pytest.fixture
def five(project: Project, lena: User) -> RubricVersion:
    """A published version of five ordinal criteria."""
    criteria = (CriterionSpec(key, "ordinal", key.title(), levels=LEVELS) for key in KEYS)
    return cast.release_rubric(project, lena, *criteria)


def release_change(lena: User, version: RubricVersion, decisions: dict[str, str]) -> RubricVersion:
    """Publish a version in which the criterion called one has other words."""
    draft = start_draft(actor=lena, rubric=version.rubric)
    spec = spec_of(draft)
    first = replace(spec.criteria[0], description="It now means something else altogether.")
    write_draft(actor=lena, version=draft, spec=replace(spec, criteria=(first, *spec.criteria[1:])))
    return publish_version(
        actor=lena, version=draft, release_notes="One has changed.", decisions=decisions
    )


def judge_both(project: Project, mo: User, people: tuple[User, User], tasks: int) -> None:
    """Have `tasks` tasks judged by two who agree on everything but the criterion called five."""
    for number in range(tasks):
        cast.make_tasks(project, mo, judgments_per_task=2)
        for person, last in zip(people, (1, 3), strict=True):
            cast.read_changes(person, project)
            judge(person, project, **dict.fromkeys(KEYS[:4], number % 3 + 1), five=last)


def tasks_by_criterion(version: RubricVersion) -> dict[str, int]:
    rows = AgreementResult.objects.filter(criterion__version=version)
    return {row.criterion.key: row.n_tasks for row in rows}


def test_it_keeps_versions_apart_for_the_broken_criterion_and_pools_the_others(
    project: Project, five: RubricVersion, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    judge_both(project, mo, (rosa, ravi), 12)
    second = release_change(lena, five, {"one": "breaking"})
    judge_both(project, mo, (rosa, ravi), 3)
    compute(five)
    compute(second)
    assert tasks_by_criterion(five) == dict.fromkeys(KEYS, 12)
    assert tasks_by_criterion(second) == {"one": 3, **dict.fromkeys(KEYS[1:], 15)}
    stored = {
        row.criterion.key: row for row in AgreementResult.objects.filter(criterion__version=second)
    }
    assert stored["one"].versions == [2]
    assert stored["two"].versions == [1, 2]
    assert (stored["two"].percent, stored["five"].percent) == (1.0, 0.0)


def test_it_pools_a_criterion_that_was_only_made_clearer(
    project: Project, five: RubricVersion, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    judge_both(project, mo, (rosa, ravi), 2)
    second = release_change(lena, five, {"one": "clarifying"})
    judge_both(project, mo, (rosa, ravi), 1)
    compute(second)
    assert tasks_by_criterion(second) == dict.fromkeys(KEYS, 3)


def test_it_never_compares_two_versions_of_one_task(
    project: Project, five: RubricVersion, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    judge(rosa, project, **dict.fromkeys(KEYS, 1))
    second = release_change(lena, five, {"one": "clarifying"})
    cast.read_changes(ravi, project)
    judge(ravi, project, **dict.fromkeys(KEYS, 1))
    compute(second)
    row = AgreementResult.objects.get(criterion__version=second, criterion__key="two")
    assert (row.status, row.n_judgments, row.n_tasks) == ("no_pairable_values", 2, 0)


def test_it_is_computed_anew_when_an_older_version_gets_a_late_judgment(
    project: Project, five: RubricVersion, lena: User, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    judge(rosa, project, **dict.fromkeys(KEYS, 1))
    held = cast.claim(ravi, project)
    second = release_change(lena, five, {"one": "editorial"})
    compute(second)
    cast.submit(held, **dict.fromkeys(KEYS, 1))
    assert mark_stale_agreement() >= 1
    compute(second)
    assert tasks_by_criterion(second) == dict.fromkeys(KEYS, 1)


@pytest.mark.parametrize(
    ("older_work", "asked_again"), [("reask", ["one", "two"]), ("redo", list(KEYS))]
)
def test_it_counts_a_task_once_for_what_is_answered_again_with_a_broken_criterion(
    project: Project, lena: User, rosa: User, ravi: User, mo: User,
    older_work: str, asked_again: list[str],
) -> None:  # fmt: skip
    """Two rests on one: it is asked again with it, though both versions are comparable in it."""
    one, two, *others = (CriterionSpec(key, "ordinal", key.title(), levels=LEVELS) for key in KEYS)
    two = replace(
        two,
        condition_effect="require",
        condition_criterion="one",
        condition_low=1,
        condition_high=2,
    )
    first = cast.release_rubric(project, lena, one, two, *others)
    judge_both(project, mo, (rosa, ravi), 2)
    draft = start_draft(actor=lena, rubric=first.rubric)
    broken = replace(one, description="It now means something else altogether.")
    write_draft(
        actor=lena,
        version=draft,
        spec=replace(spec_of(draft), criteria=(broken, two, *others)),
    )
    second = release_version(
        actor=lena,
        version=draft,
        release_notes="One has changed.",
        decisions={"one": "breaking"},
        older_work=older_work,
    )
    make_follow_ups(second.follow_up.pk)
    for person in (rosa, ravi):
        cast.read_changes(person, project)
        while held := claim_next_task(actor=person, project=project):
            record(person, held, **dict.fromkeys(asked_again, 1))
    compute(second)
    assert tasks_by_criterion(second) == dict.fromkeys(KEYS, 2)
    stored = AgreementResult.objects.get(criterion__version=second, criterion__key="two")
    assert (stored.versions, stored.n_judgments) == ([1, 2], 4)
