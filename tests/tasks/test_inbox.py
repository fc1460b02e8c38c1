"""The lead's inbox in admin."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import Project, Role, User
from rubrics.actions import (
    answer_feedback,
    give_feedback,
    publish_version,
    start_draft,
    write_draft,
)
from rubrics.models import Feedback, RubricVersion
from rubrics.spec import RubricSpec
from tasks.actions import answer_flag, raise_flag
from tasks.models import Flag, FlagKind
from tests import cast

INBOX = "/admin/rubrics/feedback/"


@pytest.fixture
def remark(version: RubricVersion, rosa: User) -> Feedback:
    return give_feedback(
        actor=rosa, version=version, criterion_key="quality", text="Is <b>grain</b> a fault?"
    )


@pytest.fixture
def flag(project: Project, version: RubricVersion, mo: User, ada: User) -> Flag:
    task = cast.make_tasks(project, mo)[0]
    return raise_flag(
        actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Two moons", criterion_key="quality"
    )


@pytest.fixture
def as_lena(client: Client, version: RubricVersion, lena: User) -> Client:
    client.force_login(lena)
    return client


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 id="clause-\d+">([^<]+)</h2>', page)


def test_it_groups_feedback_and_flags_by_clause(
    as_lena: Client,
    remark: Feedback,
    flag: Flag,
    version: RubricVersion,
    project: Project,
    mo: User,
    ada: User,
    rosa: User,
) -> None:
    give_feedback(actor=rosa, version=version, criterion_key="", text="Which picture?")
    task = cast.make_tasks(project, mo)[0]
    raise_flag(actor=ada, task=task, kind=FlagKind.POLICY, note="May we?")
    page = as_lena.get(INBOX).text
    assert headings(page) == [
        "Instruction and presentation",
        "Quality",
        "About no clause in particular",
    ]
    for words in ("Is &lt;b&gt;grain&lt;/b&gt; a fault?", "Two moons", "Rosa", "2 open", "May we?"):
        assert words in page


def test_it_takes_the_newest_title_and_leads_to_the_clause_in_the_draft(
    as_lena: Client, remark: Feedback, version: RubricVersion, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    renamed = cast.quality_criterion()
    first = type(renamed)(key="first", type="text", title="First", is_required=False)
    spec = RubricSpec("Look.", (first, type(renamed)(**{**vars(renamed), "title": "Sharpness"})))
    write_draft(actor=lena, version=draft, spec=spec)
    page = as_lena.get(INBOX).text
    assert headings(page) == ["Sharpness"]
    assert f"/admin/rubrics/rubricversion/{draft.pk}/change/#criteria-1" in page


def test_it_takes_an_answer_to_either(as_lena: Client, remark: Feedback, flag: Flag) -> None:
    for name, row in (("feedback", remark), ("flag", flag)):
        sent = {name: row.pk, "answer": "Only coarse grain."}
        answer = as_lena.post(f"{INBOX}?state=open", sent)
        assert (answer.status_code, answer["Location"]) == (302, f"{INBOX}?state=open")
        row.refresh_from_db()
        assert (row.state, row.answer) == ("answered", "Only coarse grain.")
    assert headings(as_lena.get(INBOX).text) == []
    page = as_lena.get(f"{INBOX}?state=answered").text
    assert page.count("Only coarse grain.") == 2


def test_it_asks_for_an_answer(as_lena: Client, remark: Feedback, flag: Flag) -> None:
    answer = as_lena.post(INBOX, {"feedback": remark.pk, "answer": " "})
    assert answer.status_code == 422
    assert answer.text.count("Write an answer.") == 1
    assert f'id="answer-feedback-{remark.pk}-error"' in answer.text


def test_it_shows_both_answers_when_another_lead_was_first(
    as_lena: Client, remark: Feedback, project: Project
) -> None:
    lars = cast.make_user("lars")
    cast.join(project, lars, Role.LEAD)
    answer_feedback(actor=lars, feedback=remark, answer="It counts.")
    answer = as_lena.post(INBOX, {"feedback": remark.pk, "answer": "It does not."})
    assert answer.status_code == 409
    for words in ("Lars has answered this remark meanwhile.", "It counts.", "It does not."):
        assert words in answer.text


def test_it_answers_404_for_another_projects_questions(
    client: Client, remark: Feedback, flag: Flag, otto: User
) -> None:
    client.force_login(otto)
    for sent in (
        {"feedback": remark.pk},
        {"flag": flag.pk},
        {"feedback": "9" * 30},
        {"flag": "²"},
        {},
    ):
        assert client.post(INBOX, {**sent, "answer": "Mine"}).status_code == 404, sent
    assert headings(client.get(INBOX).text) == []
    remark.refresh_from_db()
    assert remark.state == Feedback.State.OPEN


def test_it_is_for_leads_only(
    client: Client, remark: Feedback, ada: User, mo: User, rosa: User
) -> None:
    for person in (ada, mo, rosa):
        client.force_login(person)
        assert client.get(INBOX).status_code == 403
        sent = {"feedback": remark.pk, "answer": "Mine"}
        assert client.post(INBOX, sent).status_code == 403


def test_it_narrows_by_project_and_state(
    as_lena: Client, remark: Feedback, flag: Flag, lena: User, rosa: User
) -> None:
    other = cast.make_project("second")
    cast.join(other, lena, Role.LEAD)
    cast.join(other, rosa, Role.EVALUATOR)
    elsewhere = cast.release_rubric(other, lena)
    done = give_feedback(actor=rosa, version=elsewhere, criterion_key="quality", text="Elsewhere")
    answer_feedback(actor=lena, feedback=done, answer="So it is.")
    answer_flag(actor=lena, flag=flag, answer="A lamp.")
    for query, shown in {
        "": {"grain"},
        "state=nonsense": {"grain"},
        "state=answered": {"Two moons", "Elsewhere"},
        "state=": {"grain", "Two moons", "Elsewhere"},
        "state=&project=second": {"Elsewhere"},
        "project=photos&state=answered": {"Two moons"},
        "project=no-such&state=answered": {"Two moons", "Elsewhere"},
    }.items():
        page = as_lena.get(f"{INBOX}?{query}").text
        assert {words for words in ("grain", "Two moons", "Elsewhere") if words in page} == shown


def test_it_puts_open_questions_first(
    as_lena: Client, remark: Feedback, version: RubricVersion, lena: User, rosa: User
) -> None:
    done = give_feedback(actor=rosa, version=version, criterion_key="", text="Which picture?")
    answer_feedback(actor=lena, feedback=done, answer="The left one.")
    page = as_lena.get(f"{INBOX}?state=").text
    assert headings(page) == ["Quality", "Instruction and presentation"]


def test_it_pages_and_asks_as_often_for_25_as_for_2(
    as_lena: Client, remark: Feedback, flag: Flag, version: RubricVersion, lena: User, rosa: User
) -> None:
    publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_lena.get(INBOX).status_code == 200
        return len(queries)

    def ask(number: int) -> None:
        give_feedback(
            actor=rosa, version=version, criterion_key="quality", text=f"Question {number}"
        )

    one = count()
    for number in range(23):
        ask(number)
    assert count() == one
    ask(24)
    ask(25)
    page = as_lena.get(INBOX).text
    assert "1–25 of 27" in page
    assert page.count('name="answer"') == 25
    assert as_lena.get(f"{INBOX}?page=2").text.count('name="answer"') == 2


def test_it_says_in_admins_first_page_how_much_waits(
    as_lena: Client, remark: Feedback, flag: Flag
) -> None:
    assert "2 questions wait for an answer." in as_lena.get("/admin/").text
