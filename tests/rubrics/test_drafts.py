from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from rubrics.actions import (
    DraftConflictError,
    VersionNotDraftError,
    start_draft,
    start_rubric,
    write_draft,
)
from rubrics.content import hash_version, spec_of
from rubrics.models import Rubric, RubricVersion
from rubrics.spec import CriterionSpec, RubricSpec
from tests import cast


def test_it_starts_a_rubric_with_an_empty_draft(project: Project, lena: User) -> None:
    rubric = start_rubric(actor=lena, project=project, name="Photo quality")
    draft = rubric.draft()
    assert draft is not None
    assert (draft.number, draft.criteria.count(), rubric.current_version()) == (1, 0, None)


def test_it_returns_the_rubric_a_project_has(project: Project, lena: User, mo: User) -> None:
    first = start_rubric(actor=lena, project=project, name="First")
    second = start_rubric(actor=mo, project=project, name="Second")
    assert (second, second.name, Rubric.objects.count()) == (first, "First", 1)
    assert ActionLog.objects.filter(verb="rubric:start").count() == 1


def test_it_refuses_to_start_a_rubric_for_whoever_does_not_lead_or_manage(
    project: Project, rosa: User, ada: User, otto: User
) -> None:
    for person in (rosa, ada, otto):
        with pytest.raises(PermissionDenied):
            start_rubric(actor=person, project=project, name="Mine")


def test_it_begins_the_next_draft_as_a_copy_of_the_newest_version(
    draft: RubricVersion, version: RubricVersion
) -> None:
    assert (draft.number, draft.state) == (2, "draft")
    assert spec_of(draft) == spec_of(version)
    copied = set(draft.criteria.values_list("pk")) & set(version.criteria.values_list("pk"))
    assert not copied


def test_it_returns_the_draft_there_is(draft: RubricVersion, lena: User) -> None:
    assert start_draft(actor=lena, rubric=draft.rubric) == draft
    assert ActionLog.objects.filter(verb="rubric_version:draft").count() == 1


def test_it_refuses_a_draft_to_whoever_does_not_lead_the_project(
    version: RubricVersion, mo: User, ada: User, rosa: User, otto: User
) -> None:
    operator = cast.make_user("olga", is_superuser=True)
    for person in (mo, ada, rosa, otto, operator):
        with pytest.raises(PermissionDenied):
            start_draft(actor=person, rubric=version.rubric)


def test_it_replaces_the_criteria_in_the_order_given(draft: RubricVersion, lena: User) -> None:
    count = CriterionSpec(key="faces", type="count", title="Faces")
    write_draft(
        actor=lena,
        version=draft,
        spec=RubricSpec(criteria=(count, cast.quality_criterion()), instruction="Count first."),
    )
    draft.refresh_from_db()
    assert draft.instruction == "Count first."
    assert [(row.key, row.position) for row in draft.criteria.in_order()] == [
        ("faces", 0),
        ("quality", 1),
    ]
    entry = ActionLog.objects.filter(verb="rubric_version:write").latest("pk")
    assert entry.after == {"content": hash_version(draft), "criteria": ["faces", "quality"]}
    assert entry.before["content"] != entry.after["content"]


def test_it_logs_nothing_when_the_same_is_written_twice(draft: RubricVersion, lena: User) -> None:
    before = ActionLog.objects.count()
    write_draft(actor=lena, version=draft, spec=spec_of(draft))
    write_draft(actor=lena, version=draft, spec=spec_of(draft))
    assert ActionLog.objects.count() == before


def test_it_refuses_to_write_for_whoever_does_not_lead_the_project(
    draft: RubricVersion, mo: User, ada: User, otto: User
) -> None:
    for person in (mo, ada, otto):
        with pytest.raises(PermissionDenied):
            write_draft(actor=person, version=draft, spec=RubricSpec(criteria=()))
    assert draft.criteria.count() == 1


def test_it_refuses_to_write_into_a_published_version(version: RubricVersion, lena: User) -> None:
    with pytest.raises(VersionNotDraftError, match="Begin the next draft"):
        write_draft(actor=lena, version=version, spec=RubricSpec(criteria=()))
    assert version.criteria.count() == 1


def test_it_refuses_what_was_written_over_an_older_draft(
    draft: RubricVersion, project: Project, lena: User
) -> None:
    lars = cast.make_user("lars")
    cast.join(project, lars, Role.LEAD)
    seen = hash_version(draft)
    write_draft(
        actor=lars,
        version=draft,
        spec=RubricSpec(criteria=(cast.quality_criterion(),), instruction="Lars"),
        seen=seen,
    )
    with pytest.raises(DraftConflictError, match="Somebody else saved"):
        write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=()), seen=seen)
    draft.refresh_from_db()
    assert (draft.instruction, draft.criteria.count()) == ("Lars", 1)


def test_it_writes_nothing_of_a_draft_with_a_bad_criterion(
    draft: RubricVersion, lena: User
) -> None:
    before = hash_version(draft)
    bad = CriterionSpec(key="Two words", type="ordinal", title="Bad key")
    with pytest.raises(ValidationError):
        write_draft(
            actor=lena, version=draft, spec=RubricSpec(criteria=(bad,), instruction="Changed")
        )
    draft.refresh_from_db()
    assert hash_version(draft) == before


def test_it_reads_a_version_in_as_many_queries_however_many_criteria(
    project: Project, lena: User
) -> None:
    many = [
        CriterionSpec(
            key=f"c{n}", type="ordinal", title=f"C{n}", levels=cast.quality_criterion().levels
        )
        for n in range(25)
    ]
    version = cast.release_rubric(project, lena, *many)
    with CaptureQueriesContext(connection) as queries:
        assert len(spec_of(version).criteria) == 25
    assert len(queries) == 2  # no level has an example, else there is a third
