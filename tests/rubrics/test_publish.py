from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.models import ActionLog, Project, User
from rubrics.actions import (
    DraftConflictError,
    RubricNotReadyError,
    publish_problems,
    publish_version,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.content import hash_version
from rubrics.models import Criterion, RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests import cast


@pytest.fixture
def draft(project: Project, lena: User) -> RubricVersion:
    """An empty draft of version 1."""
    return start_draft(
        actor=lena, rubric=start_rubric(actor=lena, project=project, name="Photo quality")
    )


def test_it_publishes_a_draft_and_says_who_and_when(draft: RubricVersion, lena: User) -> None:
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=(cast.quality_criterion(),)))
    version = publish_version(actor=lena, version=draft, release_notes="The first release.")
    version.refresh_from_db()
    assert (version.state, version.published_by) == ("published", lena)
    assert version.published_at is not None
    assert version.release_notes == "The first release."
    assert version.rubric.current_version() == version
    entry = ActionLog.objects.get(verb="rubric_version:publish")
    assert entry.after == {"state": "published", "number": 1, "content": hash_version(version)}


def test_it_retires_the_version_before(version: RubricVersion, lena: User) -> None:
    second = publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
    version.refresh_from_db()
    assert (version.state, second.state) == ("retired", "published")
    assert version.rubric.current_version() == second


def test_it_leaves_open_work_with_the_version_it_was_opened_with(
    project: Project, version: RubricVersion, lena: User, mo: User, rosa: User
) -> None:
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
    held.refresh_from_db()
    assert held.version == version


def test_it_refuses_whoever_does_not_lead_the_project(
    draft: RubricVersion, lena: User, mo: User, ada: User, rosa: User, otto: User
) -> None:
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=(cast.quality_criterion(),)))
    operator = cast.make_user("olga", is_superuser=True)
    for person in (mo, ada, rosa, otto, operator):
        with pytest.raises(PermissionDenied):
            publish_version(actor=person, version=draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_refuses_a_rubric_without_criteria_in_words(draft: RubricVersion, lena: User) -> None:
    with pytest.raises(RubricNotReadyError, match="no criteria") as caught:
        publish_version(actor=lena, version=draft)
    assert caught.value.problems == [
        "The rubric has no criteria. Add at least one before you publish."
    ]
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    ("criterion", "problem"),
    [
        (
            CriterionSpec(key="a", type="ordinal", title="A", levels=(LevelSpec(1, "Only"),)),
            "“A” needs at least two levels. Add them.",
        ),
        (
            CriterionSpec(
                key="a", type="binary", title="A", levels=tuple(LevelSpec(n, "L") for n in range(3))
            ),
            "“A” is a yes-or-no criterion: give it exactly two levels.",
        ),
        (
            CriterionSpec(
                key="a", type="choice", title="A", levels=(LevelSpec(1, " "), LevelSpec(2, "Two"))
            ),
            "“A”, level 1: write a label.",
        ),
        (
            CriterionSpec(key="a", type="scale", title="A", settings={"min": 9, "max": 1}),
            "“A”: the lowest number must be below the highest.",
        ),
        (
            CriterionSpec(key="a", type="count", title="A", settings={"max": "many"}),
            "“A”: the bounds must be numbers.",
        ),
        (
            CriterionSpec(key="a", type="hologram", title="A"),
            "“A”: There is no criterion type called “hologram”. Choose another type.",
        ),
    ],
)
def test_it_says_what_each_criterion_lacks(
    draft: RubricVersion, lena: User, criterion: CriterionSpec, problem: str
) -> None:
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=(criterion,)))
    assert publish_problems(draft) == [problem]
    with pytest.raises(RubricNotReadyError):
        publish_version(actor=lena, version=draft)


def test_it_refuses_to_publish_what_the_lead_did_not_see(draft: RubricVersion, lena: User) -> None:
    seen = hash_version(draft)
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=(cast.quality_criterion(),)))
    with pytest.raises(DraftConflictError):
        publish_version(actor=lena, version=draft, seen=seen)
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_changes_nothing_when_published_twice(version: RubricVersion, lena: User) -> None:
    again = publish_version(actor=lena, version=version, release_notes="Other words")
    assert (again.published_at, again.release_notes) == (version.published_at, "")
    assert ActionLog.objects.filter(verb="rubric_version:publish").count() == 1


def test_it_keeps_keys_of_criteria_and_levels_across_versions(
    version: RubricVersion, lena: User
) -> None:
    second = publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))

    def keys(of: RubricVersion) -> list[tuple[str, list[str]]]:
        return [
            (row.key, [level.key for level in row.levels.all()])
            for row in Criterion.objects.filter(version=of).in_order()
        ]

    assert keys(second) == keys(version) == [("quality", [f"level_{n}" for n in range(1, 6)])]
