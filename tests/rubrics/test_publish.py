from __future__ import annotations

from dataclasses import replace

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
from rubrics.content import hash_version, spec_of
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


@pytest.fixture
def second(version: RubricVersion, lena: User) -> RubricVersion:
    """A draft of version 2: quality is reworded, and one criterion is new."""
    draft = start_draft(actor=lena, rubric=version.rubric)
    reworded = replace(cast.quality_criterion(), title="Technical quality")
    spec = RubricSpec("Look closely.", (reworded, CriterionSpec("colour", "text", "Colour")))
    return write_draft(actor=lena, version=draft, spec=spec)


def changes_in(version: RubricVersion) -> list[tuple[str, str, str, bool]]:
    return list(
        version.changes.values_list("criterion_key", "proposed", "decided", "is_comparable")
    )


def test_it_stores_what_changed_as_proposed_where_nothing_is_decided(
    version: RubricVersion, second: RubricVersion, lena: User
) -> None:
    published = publish_version(actor=lena, version=second)
    assert changes_in(published) == [
        ("", "unchanged", "unchanged", True),
        ("quality", "clarifying", "clarifying", True),
        ("colour", "added", "added", False),
    ]
    assert {change.earlier for change in published.changes.all()} == {version}
    published.refresh_from_db()
    assert published.older_work == "leave"
    after = ActionLog.objects.filter(verb="rubric_version:publish").latest("pk").after
    assert after == {
        "state": "published",
        "number": 2,
        "content": hash_version(published),
        "decisions": {"quality": "clarifying", "colour": "added"},
        "older_work": "leave",
    }


def test_it_stores_what_the_lead_decides_and_what_becomes_of_older_work(
    second: RubricVersion, lena: User
) -> None:
    decisions = {"quality": "breaking", "colour": "added"}
    published = publish_version(actor=lena, version=second, decisions=decisions, older_work="reask")
    assert ("quality", "clarifying", "breaking", False) in changes_in(published)
    published.refresh_from_db()
    assert published.older_work == "reask"


def test_it_stores_a_criterion_that_was_removed(version: RubricVersion, lena: User) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    spec = RubricSpec("Look closely.", (CriterionSpec("colour", "text", "Colour"),))
    write_draft(actor=lena, version=draft, spec=spec)
    published = publish_version(actor=lena, version=draft)
    assert ("quality", "removed", "removed", False) in changes_in(published)


def test_it_stores_no_changes_for_a_first_release(version: RubricVersion) -> None:
    assert not version.changes.exists()
    assert version.older_work == ""


@pytest.mark.parametrize(
    ("decisions", "sentence"),
    [
        (
            {"quality": "unchanged"},
            "“Technical quality”: this change can be classed as editorial or clarifying or "
            "breaking, not as “unchanged”.",
        ),
        ({"colour": "clarifying"}, "“Colour”: this change can be classed as added"),
        ({"quality": "enormous"}, "“Technical quality”: this change can be classed as"),
        ({"shape": "breaking"}, "There is no criterion “shape” in this release"),
    ],
)
def test_it_refuses_a_decision_that_cannot_be(
    second: RubricVersion, lena: User, decisions: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RubricNotReadyError) as caught:
        publish_version(actor=lena, version=second, decisions=decisions)
    assert caught.value.problems[0].startswith(sentence)
    second.refresh_from_db()
    assert second.is_draft
    assert not second.changes.exists()


def test_it_never_lets_a_removed_level_be_less_than_breaking(
    version: RubricVersion, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    spec = spec_of(draft)
    shorter = replace(spec.criteria[0], levels=spec.criteria[0].levels[:-1])
    write_draft(actor=lena, version=draft, spec=replace(spec, criteria=(shorter,)))
    with pytest.raises(RubricNotReadyError, match="classed as breaking, not as “clarifying”"):
        publish_version(actor=lena, version=draft, decisions={"quality": "clarifying"})


@pytest.mark.parametrize(
    ("older_work", "decisions", "sentence"),
    [
        ("burn", {}, "Choose what happens to older work from the list."),
        ("keep", {}, "Older work cannot be kept as comparable: “Colour”"),
        ("reask", {"": "breaking"}, "“Instruction and presentation” is a breaking change"),
    ],
)
def test_it_refuses_what_cannot_be_done_with_older_work(
    second: RubricVersion, lena: User, older_work: str, decisions: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RubricNotReadyError) as caught:
        publish_version(actor=lena, version=second, decisions=decisions, older_work=older_work)
    assert caught.value.problems[0].startswith(sentence)
    second.refresh_from_db()
    assert second.is_draft


def test_it_asks_nothing_again_where_nothing_is_new_or_broken(
    version: RubricVersion, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    with pytest.raises(RubricNotReadyError, match="nothing to ask again"):
        publish_version(actor=lena, version=draft, older_work="reask")
    published = publish_version(actor=lena, version=draft, older_work="keep")
    published.refresh_from_db()
    assert published.older_work == "keep"


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
            "“A” is a yes-or-no criterion: give it exactly two levels. "
            "A third one may have the key “unsure”.",
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
            "“A”: highest is a whole number.",
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
