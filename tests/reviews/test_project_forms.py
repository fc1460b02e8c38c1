"""The pages on which a project is started and its settings are changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from evalhub.access import roles_of
from evalhub.actions.projects import ProjectSettings
from evalhub.models import ActionLog, Project, Role, User
from rubrics.content import spec_of
from rubrics.library import ready_rubrics

NEW = "/projects/new/"
SETTINGS = "/projects/photos/settings/"
FILLED = {
    "name": "Night photos",
    "description": "Noise and **blur**.",
    "judgments_per_task": "5",
    "lease_minutes": "20",
    "audit_percent": "12.5",
    "rubric": "empty",
}


@pytest.fixture
def manager(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


def changed(project: Project, **fields: Any) -> dict[str, Any]:
    """Return the posted form of the project's settings with `fields` typed over."""
    shown = ProjectSettings.of(project)
    return {
        "name": shown.name,
        "description": shown.description,
        "state": shown.state,
        "judgments_per_task": shown.judgments_per_task,
        "reach": "later",
        "lease_minutes": shown.lease_minutes,
        "audit_percent": shown.audit_rate * 100,
        "holds_ahead": shown.holds_ahead,
        "daily_cap": shown.daily_cap or "",
        "gold_percent": shown.gold_rate * 100,
        **({"needs_qualification": "on"} if shown.needs_qualification else {}),
        "stopping_rule": shown.stopping_rule,
        "most_judgments": shown.most_judgments,
        "panel_percent": shown.panel_rate * 100,
        "seen": shown.digest(),
    } | fields


def test_it_starts_a_project_with_a_draft_and_says_what_comes_next(
    manager: Client, mo: User
) -> None:
    response = manager.post(NEW, FILLED, follow=True)
    project = Project.objects.get(slug="night-photos")
    assert response.redirect_chain == [("/projects/night-photos/", 302)]
    assert ProjectSettings.of(project) == ProjectSettings(
        name="Night photos",
        description="Noise and **blur**.",
        judgments_per_task=5,
        lease_minutes=20,
        audit_rate=0.125,
    )
    assert project.rubric.draft()
    page = response.content.decode()
    for words in (
        "Night photos is started. Write and publish its rubric, import images and add evaluators.",
        "Before evaluators can begin",
        ">Write the draft<",
        "Choose files, or a ZIP",
    ):
        assert words in page
    assert "<strong>blur</strong>" in page


def test_it_offers_an_empty_rubric_and_the_ready_ones(manager: Client) -> None:
    page = manager.get(NEW).content.decode()
    assert re.search(r'value="empty"[^>]* checked', page)
    assert page.count('name="rubric"') == 1 + len(ready_rubrics())
    for ready in ready_rubrics():
        assert f'value="{ready.slug}"' in page
        assert escape(ready.summary) in page


def test_it_starts_a_project_with_the_ready_rubric_chosen(manager: Client) -> None:
    page = manager.post(NEW, FILLED | {"rubric": "koniq"}, follow=True).content.decode()
    draft = Project.objects.get(slug="night-photos").rubric.draft()
    assert draft is not None
    assert [criterion.type for criterion in spec_of(draft).criteria] == ["ordinal"]
    assert draft.presentation["layout"] == "single"
    assert "Its rubric is drafted: publish it, import images and add evaluators." in page
    assert ">Look through the draft, then publish it<" in page
    assert "Write the draft" not in page


@pytest.mark.parametrize("chosen", ["", "none-of-them", "../urls"])
def test_it_takes_no_other_rubric_than_those_offered(manager: Client, chosen: str) -> None:
    response = manager.post(NEW, FILLED | {"rubric": chosen})
    assert response.status_code == 422
    assert "Choose one of the rubrics shown." in response.content.decode()
    assert not Project.objects.filter(name="Night photos").exists()


def test_it_says_what_is_wrong_and_keeps_what_was_typed(manager: Client) -> None:
    response = manager.post(NEW, FILLED | {"judgments_per_task": "0", "audit_percent": "101"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Type a whole number from 1 to 100." in page
    assert "Type a number from 0 to 100." in page
    assert 'value="Night photos"' in page
    assert not Project.objects.filter(name="Night photos").exists()


def test_it_names_a_project_once(manager: Client) -> None:
    manager.post(NEW, FILLED)
    response = manager.post(NEW, FILLED)
    assert response.status_code == 422
    assert "You already have a project called “Night photos”" in response.content.decode()


def test_it_is_not_for_evaluators_to_start_a_project(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    assert client.get(NEW).status_code == 403
    response = client.post(NEW, FILLED)
    assert response.status_code == 403
    assert "Only an operator, or a manager of a project" in response.content.decode()


def test_it_saves_settings(manager: Client, project: Project) -> None:
    posted = changed(project, state="paused", judgments_per_task=4, audit_percent="33.3")
    response = manager.post(SETTINGS, posted, follow=True)
    assert "The settings are saved." in response.content.decode()
    project.refresh_from_db()
    assert (project.state, project.judgments_per_task) == ("paused", 4)
    assert project.audit_rate == pytest.approx(0.333)
    assert 'name="audit_percent" value="33.3"' in manager.get(SETTINGS).content.decode()


QUEUE: dict[str, Any] = {
    "holds_ahead": 3,
    "daily_cap": 40,
    "gold_percent": 7.5,
    "needs_qualification": "on",
    "stopping_rule": "disagreement",
    "judgments_per_task": 2,
    "most_judgments": 3,
    "panel_percent": 4,
}


def test_it_saves_what_the_queue_goes_by(manager: Client, project: Project) -> None:
    manager.post(SETTINGS, changed(project, **QUEUE))
    project.refresh_from_db()
    stored = ProjectSettings.of(project)
    assert (stored.holds_ahead, stored.daily_cap, stored.needs_qualification) == (3, 40, True)
    assert (stored.stopping_rule, stored.most_judgments) == ("disagreement", 3)
    assert stored.gold_rate == pytest.approx(0.075)
    assert stored.panel_rate == pytest.approx(0.04)
    manager.post(SETTINGS, changed(project, daily_cap=""))
    project.refresh_from_db()
    assert project.daily_cap is None
    assert ProjectSettings.of(project) == replace(stored, daily_cap=None)


def test_it_asks_a_new_project_only_for_what_it_needs(manager: Client) -> None:
    page = manager.get(NEW).content.decode()
    assert not any(f'name="{name}"' in page for name in QUEUE if name != "judgments_per_task")
    assert "<details" not in manager.get(NEW).content.decode().split("<main")[1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"most_judgments": 2}, "Type more than the judgments per task, which are 2."),
        ({"judgments_per_task": 1}, "One judgment cannot disagree"),
        ({"gold_percent": 51}, "Type a number from 0 to 50."),
        ({"daily_cap": 0}, "Type a whole number from 1 to 100000."),
        ({"stopping_rule": "never"}, "Select a valid choice."),
    ],
)
def test_it_opens_the_part_in_which_something_is_wrong(
    manager: Client, project: Project, typed: dict[str, Any], words: str
) -> None:
    response = manager.post(SETTINGS, changed(project, **QUEUE | typed))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    folded = page.split('<details class="fold card"')[1:]
    for name in typed:
        for part in folded:
            if f'name="{name}"' in part:
                assert part.startswith(" open>")


def test_it_folds_away_what_few_need(manager: Client) -> None:
    page = manager.get(SETTINGS).content.decode()
    assert page.count('<details class="fold card">') == 2


def test_it_changes_nothing_when_saved_as_shown(manager: Client, project: Project) -> None:
    manager.post(SETTINGS, changed(project))
    assert not ActionLog.objects.exists()


def test_it_shows_both_texts_when_somebody_was_faster(manager: Client, project: Project) -> None:
    mine = changed(project, description="Mine.")
    Project.objects.filter(pk=project.pk).update(description="Theirs.")
    response = manager.post(SETTINGS, mine)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody changed these settings while you had the page open" in page
    assert "Theirs." in page
    assert "Mine.</textarea>" in page
    project.refresh_from_db()
    again = response.context["form"]
    manager.post(SETTINGS, mine | {"seen": again["seen"].value()})
    project.refresh_from_db()
    assert project.description == "Mine."


@pytest.mark.parametrize("role", ["ada", "lena", "rosa"])
def test_it_is_for_managers_to_change_settings(
    client: Client, project: Project, role: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    response = client.post(SETTINGS, changed(project, name="Taken over"))
    assert response.status_code == 403
    assert "Only a manager of Photos may do this." in response.content.decode()


def test_it_ignores_what_the_forms_do_not_ask(
    manager: Client, project: Project, mo: User, otto: User
) -> None:
    extra = {"slug": "mine", "user": otto.pk, "actor": otto.pk, "project": "1", "id": "1"}
    manager.post(NEW, FILLED | extra | {"state": "closed"})
    started = Project.objects.get(name="Night photos")
    assert (started.slug, started.state) == ("night-photos", "active")
    assert roles_of(otto, started) == set()
    manager.post(SETTINGS, changed(project, name="Renamed") | extra)
    project.refresh_from_db()
    assert (project.slug, project.name) == ("photos", "Renamed")
    assert {entry.actor for entry in ActionLog.objects.all()} == {mo}


@pytest.mark.parametrize("state", ["deleted", ""])
def test_it_knows_three_states(manager: Client, project: Project, state: str) -> None:
    assert manager.post(SETTINGS, changed(project, state=state)).status_code == 422


def test_it_runs_no_markup_of_a_name(manager: Client, project: Project, rosa: User) -> None:
    marker = '<script>alert("x")</script>'
    manager.post(SETTINGS, changed(project, name=marker, description=marker))
    for path in ("/", "/projects/photos/", SETTINGS, "/projects/photos/members/"):
        page = manager.get(path).content.decode()
        assert "<script>alert" not in page
        assert "alert(" in page


def test_it_gives_leads_and_managers_of_the_new_project_their_roles(
    manager: Client, mo: User
) -> None:
    manager.post(NEW, FILLED)
    started = Project.objects.get(name="Night photos")
    assert roles_of(mo, started) == {Role.MANAGER, Role.LEAD}
