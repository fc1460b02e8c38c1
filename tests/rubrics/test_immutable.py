"""What was published, and who read it, refuses every change, in the database too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from evalhub.models import User
from rubrics.actions import publish_version, start_draft
from rubrics.content import hash_version
from rubrics.models import (
    Acknowledgement,
    Criterion,
    CriterionChange,
    ExampleImage,
    Level,
    RubricVersion,
)

SENTENCE = "A published rubric version is never changed"

Change = Callable[[RubricVersion], object]


def criterion_of(version: RubricVersion) -> Criterion:
    return version.criteria.get()


def level_of(version: RubricVersion) -> Level:
    level = criterion_of(version).levels.first()
    assert level is not None
    return level


def save_instruction(version: RubricVersion) -> None:
    version.instruction = "Look away."
    version.save()


def back_to_draft(version: RubricVersion) -> None:
    RubricVersion.objects.filter(pk=version.pk).update(state="draft")


def save_title(version: RubricVersion) -> None:
    criterion = criterion_of(version)
    criterion.title = "Beauty"
    criterion.save()


def move_criterion_in(version: RubricVersion) -> None:
    lead = version.published_by
    assert lead is not None
    draft = start_draft(actor=lead, rubric=version.rubric)
    draft.criteria.update(version=version, key="smuggled")


ORM: dict[str, Change] = {
    "save the version": save_instruction,
    "make it a draft again": back_to_draft,
    "change the release notes": lambda v: RubricVersion.objects.update(release_notes="New"),
    "publish it anew": lambda v: RubricVersion.objects.update(published_at=timezone.now()),
    "delete the version": lambda v: RubricVersion.objects.filter(pk=v.pk)._raw_delete(v._state.db),
    "save a criterion": save_title,
    "update criteria": lambda v: v.criteria.update(is_required=False),
    "delete criteria": lambda v: v.criteria.all().delete(),
    "add a criterion": lambda v: v.criteria.create(key="new", type="text", title="New"),
    "move a criterion in": move_criterion_in,
    "update levels": lambda v: Level.objects.update(label="Superb"),
    "delete a level": lambda v: level_of(v).delete(),
    "add a level": lambda v: criterion_of(v).levels.create(key="six", value=6, label="Six"),
    "add levels in bulk": lambda v: Level.objects.bulk_create(
        [Level(criterion=criterion_of(v), key="six", value=6, label="Six")]
    ),
}

SQL: dict[str, str] = {
    "update the version": "UPDATE rubrics_rubricversion SET instruction = 'x' WHERE id = {v}",
    "renumber the version": "UPDATE rubrics_rubricversion SET number = 9 WHERE id = {v}",
    "make it a draft": "UPDATE rubrics_rubricversion SET state = 'draft' WHERE id = {v}",
    "retire and reword": (
        "UPDATE rubrics_rubricversion SET state = 'retired', instruction = 'x' WHERE id = {v}"
    ),
    "delete the version": "DELETE FROM rubrics_rubricversion WHERE id = {v}",
    "update a criterion": "UPDATE rubrics_criterion SET title = 'x' WHERE version_id = {v}",
    "delete a criterion": "DELETE FROM rubrics_criterion WHERE version_id = {v}",
    "insert a criterion": (
        "INSERT INTO rubrics_criterion (version_id, key, position, type, title, description,"
        " direction, is_required, allows_not_applicable, justification_rule,"
        " justification_min_length, settings)"
        " VALUES ({v}, 'new', 5, 'text', 'New', '', 'none', true, false, 'never', 0, '{{}}')"
    ),
    "update a level": "UPDATE rubrics_level SET descriptor = 'x' WHERE criterion_id = {c}",
    "delete a level": "DELETE FROM rubrics_level WHERE criterion_id = {c}",
    "insert a level": (
        "INSERT INTO rubrics_level (criterion_id, key, value, label, descriptor)"
        " VALUES ({c}, 'six', 6, 'Six', '')"
    ),
}


@pytest.fixture(params=["published", "retired"])
def released(request: pytest.FixtureRequest, version: RubricVersion, lena: User) -> RubricVersion:
    if request.param == "retired":
        publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
        version.refresh_from_db()
    assert version.state == request.param
    return version


@pytest.mark.parametrize("name", ORM)
def test_it_refuses_a_change_by_the_orm(released: RubricVersion, name: str) -> None:
    before = hash_version(released)
    with pytest.raises(DatabaseError, match=SENTENCE), transaction.atomic():
        ORM[name](released)
    assert hash_version(RubricVersion.objects.get(pk=released.pk)) == before


@pytest.mark.parametrize("name", SQL)
def test_it_refuses_a_change_by_sql(released: RubricVersion, name: str) -> None:
    before = hash_version(released)
    statement = SQL[name].format(v=released.pk, c=criterion_of(released).pk)
    with (
        pytest.raises(DatabaseError, match=SENTENCE),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert hash_version(RubricVersion.objects.get(pk=released.pk)) == before


def test_it_lets_a_draft_be_changed(version: RubricVersion, lena: User) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    criterion_of(draft).levels.create(key="six", value=6, label="Six")
    draft.criteria.update(title="Beauty")
    draft.criteria.all().delete()
    draft.delete()
    assert version.rubric.draft() is None


RECORDS: dict[str, tuple[type[Model], str, str]] = {
    "a change": (
        CriterionChange,
        "UPDATE rubrics_criterionchange SET decided = 'editorial'",
        "DELETE FROM rubrics_criterionchange",
    ),
    "an acknowledgement": (
        Acknowledgement,
        "UPDATE rubrics_acknowledgement SET changed_from_id = NULL",
        "DELETE FROM rubrics_acknowledgement",
    ),
    "an example image": (
        ExampleImage,
        "UPDATE rubrics_exampleimage SET width = 9",
        "DELETE FROM rubrics_exampleimage",
    ),
}
REFUSALS = (
    "What a release changed is never rewritten|An acknowledgement is never changed"
    "|An example image is never changed"
)


@pytest.fixture
def recorded(version: RubricVersion, lena: User, rosa: User) -> RubricVersion:
    """A second release, that rosa has read, with an example image."""
    second = publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
    Acknowledgement.objects.create(version=second, user=rosa, changed_from=version)
    ExampleImage.objects.create(
        rubric=version.rubric, sha256="a" * 64, key="examples/a", width=1, height=1, bytes=1
    )
    return second


@pytest.mark.parametrize("name", RECORDS)
def test_it_refuses_to_rewrite_what_is_recorded(recorded: RubricVersion, name: str) -> None:
    model, *statements = RECORDS[name]
    before = list(model._default_manager.values())
    assert before
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match=REFUSALS),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    row = model._default_manager.first()
    assert row is not None
    for change_by_orm in (row.save, row.delete):
        with pytest.raises(DatabaseError, match=REFUSALS), transaction.atomic():
            change_by_orm()
    assert list(model._default_manager.values()) == before
