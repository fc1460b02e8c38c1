from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from rubrics.actions import VersionNotPublishedError, acknowledge_version, start_draft
from rubrics.models import Acknowledgement, RubricVersion
from rubrics.reading import begin_with, readers_of, unread_change
from rubrics.spec import CriterionSpec
from tests import cast


def clause(words: str) -> CriterionSpec:
    return replace(cast.quality_criterion(), description=words)


@pytest.fixture
def second(project: Project, version: RubricVersion, rosa: User, lena: User) -> RubricVersion:
    """A release with another meaning, after rosa had begun with the first."""
    begin_with(rosa, version)
    return cast.release_rubric(project, lena, clause("Judge **sharpness** only, at 100 %."))


def test_it_stores_who_read_which_version_and_what_it_was_compared_with(
    version: RubricVersion, second: RubricVersion, rosa: User
) -> None:
    change = unread_change(rosa, second)
    assert change is not None
    assert (change.earlier, change.must_be_read) == (version, True)
    row = acknowledge_version(actor=rosa, version=second)
    assert (row.version, row.user, row.changed_from) == (second, rosa, version)
    assert unread_change(rosa, second) is None
    entry = ActionLog.objects.get(verb="rubric_version:acknowledge")
    assert (entry.actor, entry.after) == (rosa, {"changed_from": version.pk})


def test_it_refuses_whoever_does_not_judge_in_the_project(
    second: RubricVersion, lena: User, ada: User, otto: User
) -> None:
    for person in (lena, ada, otto):
        with pytest.raises(PermissionDenied):
            acknowledge_version(actor=person, version=second)


def test_it_takes_no_note_of_a_draft(second: RubricVersion, rosa: User, lena: User) -> None:
    draft = start_draft(actor=lena, rubric=second.rubric)
    with pytest.raises(VersionNotPublishedError, match="is not published yet"):
        acknowledge_version(actor=rosa, version=draft)


def test_it_stores_one_row_however_often_it_is_said(second: RubricVersion, rosa: User) -> None:
    first = acknowledge_version(actor=rosa, version=second)
    assert acknowledge_version(actor=rosa, version=second) == first
    assert ActionLog.objects.filter(verb="rubric_version:acknowledge").count() == 1


def test_it_asks_about_what_came_after_a_version_that_was_retired_meanwhile(
    project: Project, second: RubricVersion, rosa: User, lena: User
) -> None:
    third = cast.release_rubric(project, lena, clause("Judge **colour** only, at 100 %."))
    acknowledge_version(actor=rosa, version=second)
    change = unread_change(rosa, third)
    assert change is not None
    assert change.earlier == second


def test_it_spans_the_releases_that_a_person_missed(
    project: Project, version: RubricVersion, second: RubricVersion, rosa: User, lena: User
) -> None:
    third = cast.release_rubric(project, lena, clause("Judge **sharpness** only at 100 %"))
    change = unread_change(rosa, third)
    assert change is not None
    # The third release changes punctuation; what the second changed is still to be read.
    assert (change.earlier, change.must_be_read) == (version, True)


def test_it_asks_one_question_of_the_database_in_the_usual_case(
    version: RubricVersion, rosa: User
) -> None:
    begin_with(rosa, version)
    with CaptureQueriesContext(connection) as queries:
        assert unread_change(rosa, version) is None
    assert len(queries) == 1


def test_it_lists_who_has_read_who_began_and_who_did_neither(
    project: Project, second: RubricVersion, rosa: User, ravi: User
) -> None:
    late = cast.make_user("lou")
    cast.join(project, late, Role.EVALUATOR)
    acknowledge_version(actor=rosa, version=second)
    begin_with(ravi, second)
    readers = readers_of(second)
    assert [one.user for one in readers.read] == [rosa]
    assert [one.user for one in readers.began] == [ravi]
    assert [one.user for one in readers.not_yet] == [late]
    assert readers.total == 3


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_it_is_never_taken_back_in_the_database(
    second: RubricVersion, rosa: User, statement: str
) -> None:
    acknowledge_version(actor=rosa, version=second)
    table = Acknowledgement._meta.db_table
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
