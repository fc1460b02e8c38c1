"""Where a lead publishes: what changes, what it meets, what is decided, and what it answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import Project, User
from rubrics.actions import give_feedback, start_draft, start_rubric, write_draft
from rubrics.content import hash_version
from rubrics.models import CriterionChange, Feedback, RubricVersion
from rubrics.spec import LevelSpec, RubricSpec
from tasks.actions import raise_flag
from tasks.models import Flag, FlagKind, FollowUp
from tests import cast
from tests.tasks.release_data import KEYS, draft_next, five_criteria, reworded

ALL_GOOD: dict[str, Any] = dict.fromkeys(KEYS, 3)


@pytest.fixture
def judged(project: Project, first: RubricVersion, rosa: User, ravi: User, mo: User) -> None:
    """One task with a judgment of the two it asks for, and an open assignment."""
    cast.make_tasks(project, mo, judgments_per_task=2)
    cast.judge(rosa, project, **ALL_GOOD)
    cast.claim(ravi, project)


def page(version: RubricVersion) -> str:
    return f"/admin/tasks/release/{version.pk}/publish/"


def read(lead: Client, version: RubricVersion) -> str:
    response = lead.get(page(version))
    assert response.status_code == 200
    return " ".join(response.text.split())


def send(lead: Client, version: RubricVersion, **fields: Any) -> Any:
    data = {"seen": hash_version(version), "release_notes": "Edges.", **fields}
    return lead.post(page(version), {name.replace("__", "-"): v for name, v in data.items()})


def test_it_shows_what_changes_and_what_work_it_meets(
    lead: Client, draft: RubricVersion, judged: None
) -> None:
    html = read(lead, draft)
    assert "<dt>Open now</dt><dd>1</dd>" in html
    assert "<dt>Judgments so far</dt><dd>1</dd>" in html
    assert "Version 1 is retired" in html
    assert 'name="class-light" value="clarifying" checked' in html
    assert 'name="class-noise"' not in html
    assert "<del>" in html
    assert "Everyone is offered 1 task again, for 2 judgments in full." in html
    assert 'name="older_work" value="keep" checked' in html


def test_it_publishes_as_the_lead_decides(lead: Client, draft: RubricVersion, judged: None) -> None:
    response = send(lead, draft, class__light="breaking", older_work="reask")
    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.release_notes, draft.older_work) == ("published", "Edges.", "reask")
    change = CriterionChange.objects.get(version=draft, criterion_key="light")
    assert (change.proposed, change.decided) == ("clarifying", "breaking")
    assert FollowUp.objects.get().criteria == ["light"]


@pytest.mark.parametrize(
    ("decided", "older_work", "words"),
    [
        ("breaking", "keep", "Older work is not comparable"),
        ("clarifying", "reask", "Nothing is asked again"),
        ("breaking", "burn", "Choose one of the ways offered."),
        ("unheard", "leave", "Choose one of the kinds offered."),
        ("clarifying", "", "Choose what happens to the work"),
    ],
)
def test_it_refuses_in_words_what_does_not_go_together(
    lead: Client, draft: RubricVersion, judged: None, decided: str, older_work: str, words: str
) -> None:
    response = send(lead, draft, class__light=decided, older_work=older_work)
    assert response.status_code == 422
    assert words in response.text
    assert "Edges.</textarea>" in response.text
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_offers_nothing_below_what_the_change_is_at_least(
    project: Project, lead: Client, first: RubricVersion, lena: User, judged: None
) -> None:
    light = five_criteria()[1]
    fewer = replace(
        light, levels=(LevelSpec(1, "Bad", key="bad"), LevelSpec(3, "Good", key="good"))
    )
    criteria = tuple(fewer if one.key == "light" else one for one in five_criteria())
    draft = draft_next(project, lena, criteria)
    html = read(lead, draft)
    assert 'name="class-light" value="editorial" disabled' in html
    assert 'name="class-light" value="breaking" checked' in html
    assert 'name="older_work" value="keep" disabled' in html
    assert "“Light” changes beyond comparison" in html
    assert send(lead, draft, class__light="editorial", older_work="leave").status_code == 422
    assert send(lead, draft, class__light="breaking", older_work="keep").status_code == 422
    assert send(lead, draft, class__light="breaking", older_work="redo").status_code == 302


def test_it_asks_nothing_about_older_work_where_there_is_none(
    lead: Client, draft: RubricVersion
) -> None:
    assert 'name="older_work"' not in read(lead, draft)
    assert send(lead, draft, class__light="clarifying").status_code == 302
    draft.refresh_from_db()
    assert draft.older_work == "keep"


def test_it_answers_what_was_asked_about_the_changed_clauses(
    project: Project, lead: Client, first: RubricVersion, draft: RubricVersion,
    lena: User, rosa: User, mo: User,
) -> None:  # fmt: skip
    about_light, about_noise = (
        give_feedback(actor=rosa, version=first, criterion_key=key, text=f"Which {key}?")
        for key in ("light", "noise")
    )
    [task] = cast.make_tasks(project, mo)
    flag = raise_flag(actor=lena, task=task, kind=FlagKind.UNCLEAR_GUIDELINE, note="At night?")
    html = read(lead, draft)
    assert "Which light?" in html
    assert "At night?" in html
    assert "Which noise?" not in html
    wrong = send(lead, draft, class__light="clarifying", feedback=[about_noise.pk])
    assert wrong.status_code == 422
    missing = send(lead, draft, release_notes="", class__light="clarifying", flags=[flag.pk])
    assert f'name="flags" value="{flag.pk}" checked' in missing.text
    done = send(lead, draft, class__light="clarifying", feedback=[about_light.pk], flags=[flag.pk])
    assert done.status_code == 302
    about_light.refresh_from_db()
    flag.refresh_from_db()
    assert (about_light.state, about_light.answered_in) == (Feedback.State.ANSWERED, draft)
    assert (flag.state, flag.answered_in) == (Flag.State.ANSWERED, draft)


def test_it_asks_what_changed_before_it_publishes(lead: Client, draft: RubricVersion) -> None:
    response = send(lead, draft, release_notes="  ", class__light="clarifying")
    assert response.status_code == 422
    assert "Say in a sentence or two what changed." in response.text


def test_it_publishes_a_first_version_without_notes(
    lead: Client, project: Project, lena: User
) -> None:
    draft = start_draft(
        actor=lena, rubric=start_rubric(actor=lena, project=project, name="Quality")
    )
    draft = write_draft(actor=lena, version=draft, spec=RubricSpec("Look.", five_criteria()))
    html = read(lead, draft)
    assert "Evaluators can begin." in html
    assert "What changes" not in html
    assert send(lead, draft, release_notes="").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.older_work) == ("published", "")


def test_it_says_what_keeps_the_draft_from_being_published(
    lead: Client, project: Project, lena: User
) -> None:
    draft = start_draft(
        actor=lena, rubric=start_rubric(actor=lena, project=project, name="Quality")
    )
    assert "This draft cannot be published yet" in read(lead, draft)
    response = send(lead, draft, release_notes="Kept words")
    assert response.status_code == 422
    assert "Kept words" in response.text
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_shows_the_draft_again_when_it_changed_since_the_page_was_opened(
    lead: Client, draft: RubricVersion, lena: User
) -> None:
    seen = hash_version(draft)
    criteria = reworded(reworded(five_criteria(), "light"), "noise")
    write_draft(actor=lena, version=draft, spec=RubricSpec("Look closely.", criteria))
    response = send(lead, draft, seen=seen, class__light="breaking", class__noise="clarifying")
    assert response.status_code == 409
    html = " ".join(response.text.split())
    assert "saved by somebody else after you opened this page" in html
    assert 'name="class-light" value="breaking" checked' in html
    draft.refresh_from_db()
    assert draft.is_draft
    again = send(lead, draft, class__light="breaking", class__noise="clarifying")
    assert again.status_code == 302


def test_it_says_so_when_a_version_is_published_already(lead: Client, draft: RubricVersion) -> None:
    send(lead, draft, class__light="clarifying")
    response = lead.post(page(draft), {"release_notes": "Twice"}, follow=True)
    assert "is published already" in response.text
    draft.refresh_from_db()
    assert draft.release_notes == "Edges."


@pytest.mark.parametrize("name", ["ada", "mo", "rosa"])
def test_it_is_closed_to_whoever_does_not_lead(
    client: Client, request: pytest.FixtureRequest, draft: RubricVersion, name: str
) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.get(page(draft)).status_code == 403
    assert send(client, draft, class__light="clarifying").status_code == 403
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_hides_another_projects_draft(client: Client, draft: RubricVersion, otto: User) -> None:
    client.force_login(otto)
    assert client.get(page(draft)).status_code == 404


def test_it_asks_the_database_the_same_number_of_times_whatever_was_judged_and_asked(
    project: Project, lead: Client, first: RubricVersion, draft: RubricVersion,
    rosa: User, mo: User,
) -> None:  # fmt: skip
    cast.make_tasks(project, mo, 25)

    def count() -> int:
        read(lead, draft)
        with CaptureQueriesContext(connection) as queries:
            read(lead, draft)
        return len(queries)

    def work(number: int) -> None:
        cast.judge(rosa, project, **ALL_GOOD)
        text = f"Which light, {number}?"
        give_feedback(actor=rosa, version=first, criterion_key="light", text=text)

    work(0)
    after_one = count()
    for number in range(1, 25):
        work(number)
    assert count() == after_one
