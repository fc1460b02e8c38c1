"""Flags and parked submits in admin."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import Project, Role, User
from rubrics.models import RubricVersion
from tasks.actions import answer_flag, raise_flag, release_assignment, submit_judgment
from tasks.models import Flag, FlagKind, ParkedSubmit
from tests import cast

FLAGS = "/admin/tasks/flag/"
PARKED = "/admin/tasks/parkedsubmit/"


@pytest.fixture
def flag(project: Project, version: RubricVersion, mo: User, rosa: User) -> Flag:
    """An open flag, raised by rosa while she judges."""
    cast.make_tasks(project, mo)
    task = cast.claim(rosa, project).task
    return raise_flag(actor=rosa, task=task, kind=FlagKind.EDGE_CASE, note="Two <b>moons</b>")


@pytest.fixture
def parked(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User
) -> ParkedSubmit:
    """What rosa submitted after ravi had taken her place."""
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    release_assignment(actor=rosa, assignment=late)
    cast.judge(ravi, project)
    submission = submit_judgment(
        actor=rosa,
        assignment=late,
        answers=cast.answer(version, {"quality": 2}, {"quality": "Soft <i>everywhere</i>"}),
        submit_key=late.submit_key,
    )
    assert submission.parked is not None
    return submission.parked


def page(flag: Flag) -> str:
    return f"{FLAGS}{flag.pk}/change/"


def test_it_lets_a_lead_answer_a_flag(client: Client, flag: Flag, lena: User) -> None:
    client.force_login(lena)
    html = client.get(page(flag)).text
    assert "Two &lt;b&gt;moons&lt;/b&gt;" in html
    assert "Rosa" in html
    response = client.post(page(flag), {"answer": "One is a lamp."}, follow=True)
    assert "One is a lamp." in response.text
    flag.refresh_from_db()
    assert (flag.state, flag.answered_by) == ("answered", lena)


def test_it_asks_for_an_answer(client: Client, flag: Flag, lena: User) -> None:
    client.force_login(lena)
    response = client.post(page(flag), {"answer": "  "})
    assert response.status_code == 422
    assert "Write an answer." in response.text
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN


def test_it_shows_a_reviewer_the_flag_without_a_name_or_a_form(
    client: Client, flag: Flag, ada: User
) -> None:
    client.force_login(ada)
    for html in (client.get(FLAGS).text, client.get(page(flag)).text):
        assert "moons" in html
        assert "Rosa" not in html
        assert 'name="answer"' not in html
    assert client.post(page(flag), {"answer": "Mine"}).status_code == 403
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN


def test_it_shows_both_answers_when_another_lead_was_first(
    client: Client, flag: Flag, lena: User, project: Project
) -> None:
    lars = cast.make_user("lars")
    cast.join(project, lars, Role.LEAD)
    answer_flag(actor=lars, flag=flag, answer="It counts.")
    client.force_login(lena)
    response = client.post(page(flag), {"answer": "It does not."})
    assert response.status_code == 409
    for words in ("Lars has answered this flag meanwhile.", "It counts.", "It does not."):
        assert words in response.text


def test_it_answers_404_for_another_projects_flag(client: Client, flag: Flag, otto: User) -> None:
    client.force_login(otto)
    for path in (page(flag), f"{FLAGS}99999/change/"):
        assert client.get(path).status_code == 404, path
    assert client.post(page(flag), {"answer": "Mine"}).status_code == 404
    assert client.get(FLAGS).context["cl"].result_count == 0


def test_it_answers_404_for_another_projects_parked_submit(
    client: Client, parked: ParkedSubmit, otto: User
) -> None:
    client.force_login(otto)
    for pk in (parked.pk, 99999):
        assert client.get(f"{PARKED}{pk}/change/").status_code == 404
    assert client.get(PARKED).context["cl"].result_count == 0


def test_it_narrows_flags_by_state_kind_and_project(
    client: Client, flag: Flag, lena: User, project: Project
) -> None:
    cast.join(cast.make_project("second"), lena, Role.LEAD)
    client.force_login(lena)
    for query, count in {
        "state=open": 1,
        "state=answered": 0,
        "kind=edge_case": 1,
        "kind=policy": 0,
        f"project={project.slug}": 1,
        "project=second": 0,
    }.items():
        assert client.get(f"{FLAGS}?{query}").context["cl"].result_count == count, query


def test_it_shows_a_lead_what_was_parked_and_why(
    client: Client, parked: ParkedSubmit, lena: User
) -> None:
    client.force_login(lena)
    assert "others had taken every place of this task" in client.get(PARKED).text
    html = client.get(f"{PARKED}{parked.pk}/change/").text
    shown = [
        "It does not count.",
        "Waiting",
        "2 Poor",
        "Soft &lt;i&gt;everywhere&lt;/i&gt;",
        "Rosa",
    ]
    for words in shown:
        assert words in html


def test_it_keeps_parked_submits_from_reviewers(
    client: Client, parked: ParkedSubmit, ada: User
) -> None:
    client.force_login(ada)
    for path in (PARKED, f"{PARKED}{parked.pk}/change/"):
        assert client.get(path).status_code == 403


def test_it_lists_25_flags_in_as_many_queries_as_one(
    client: Client, flag: Flag, project: Project, lena: User, ada: User, mo: User
) -> None:
    client.force_login(lena)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(FLAGS).status_code == 200
        return len(queries)

    one = count()
    for task in cast.make_tasks(project, mo, 24):
        raise_flag(actor=ada, task=task, kind=FlagKind.POLICY)
    assert client.get(FLAGS).context["cl"].result_count == 25
    assert count() == one
