"""The buttons of the work page beside submit: skip, flag, stop, and the renewal of the hold."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from reviews.actions import record_judgment
from rubrics.models import RubricVersion
from tasks.models import Assignment, Flag, FlagKind, Task
from tests import cast

HIDDEN = "zebra-model-9"


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    return cast.make_tasks(project, mo, judgments_per_task=2, prompt="A red kite over a pier.")[0]


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, held: Assignment) -> str:
    return reverse(name, args=[held.pk])


def test_it_skips_with_a_reason(page: Client, project: Project, task: Task, rosa: User) -> None:
    held = cast.claim(rosa, project)
    response = page.post(url("skip", held), {"skip-reason": "distressing"}, follow=True)
    held.refresh_from_db()
    assert (held.state, held.skip_reason) == (Assignment.State.SKIPPED, "distressing")
    assert "Skipped. That task does not come to you again." in text_of(response)
    again = page.post(url("skip", held), {"skip-reason": "duplicate"})
    held.refresh_from_db()
    assert (again.status_code, held.skip_reason) == (302, "distressing")


def test_it_asks_for_a_note_with_another_reason_and_keeps_what_was_typed(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    typed = {"quality": "level_2", "quality-why": "A smear over the left half."}
    response = page.post(url("skip", held), {"skip-reason": "other", **typed})
    html = text_of(response)
    assert response.status_code == 422
    assert '<a href="#id_skip-note">Skip: say in a few words what the other reason is.' in html
    assert '<details class="popup" data-behavior="popup" open>' in html
    assert 'data-number="2" checked' in html
    assert "A smear over the left half.</textarea>" in html
    held.refresh_from_db()
    assert held.state == Assignment.State.OPEN


def test_it_says_why_a_closed_task_cannot_be_skipped(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    record_judgment(
        actor=rosa,
        assignment=held,
        answers=cast.answer(held.version, {"quality": 4}),
        submit_key=held.submit_key,
    )
    response = page.post(url("skip", held), {"skip-reason": "duplicate"}, follow=True)
    assert "You have already submitted a judgment of this task." in text_of(response)


def test_it_flags_and_goes_on_with_everything_typed(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    sent = {
        "flag-kind": "edge_case",
        "flag-note": "Half photograph,\n half painting.",
        "quality": "level_5",
        "quality-why": "Sharp to the edges.",
    }
    response = page.post(url("flag", held), sent)
    html = text_of(response)
    flag = Flag.objects.get()
    assert response.status_code == 200
    assert (flag.kind, flag.note) == (FlagKind.EDGE_CASE, "Half photograph, half painting.")
    assert "Flagged as edge case" in html
    assert "You flagged this task: edge case (“Half photograph, half painting.”)." in html
    assert 'data-number="5" checked' in html
    assert "Sharp to the edges.</textarea>" in html
    page.post(url("flag", held), sent)
    assert Flag.objects.count() == 1
    held.refresh_from_db()
    assert held.state == Assignment.State.OPEN


def test_it_asks_what_a_flag_is_about(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    response = page.post(url("flag", held), {"quality": "level_5"})
    html = text_of(response)
    assert response.status_code == 422
    assert "Flag: choose what it is." in html
    assert "Flag: say in one line what is doubtful." in html
    assert 'data-number="5" checked' in html
    assert "<title>Error: " in html
    assert not Flag.objects.exists()


def test_it_renews_the_hold(page: Client, project: Project, task: Task, rosa: User) -> None:
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now())
    response = page.post(url("renew", held))
    assert response.status_code == 200
    held.refresh_from_db()
    assert held.leased_until > timezone.now() + timedelta(minutes=25)


def test_it_says_when_the_hold_is_lost(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    cast.claim(ravi, project)
    response = page.post(url("renew", held))
    assert response.status_code == 409
    assert json.loads(response.content)["message"].startswith("Your hold on this task ended")
    html = text_of(page.get(url("assignment", held)))
    assert "Your hold on this task has ended" in html
    assert 'name="quality"' in html  # it can still be submitted


def test_it_takes_up_a_lapsed_hold_that_nobody_took(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(hours=1))
    page.get(url("assignment", held))
    held.refresh_from_db()
    assert held.leased_until > timezone.now()


def test_it_gives_the_task_back(page: Client, project: Project, task: Task, rosa: User) -> None:
    held = cast.claim(rosa, project)
    response = page.post(url("release", held))
    held.refresh_from_db()
    assert held.state == Assignment.State.RELEASED
    assert response.headers["Location"] == reverse("project", args=[project.slug])
    assert "You gave this task back" in text_of(page.get(url("assignment", held)))


def test_it_says_that_a_task_was_skipped(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    page.post(url("skip", held), {"skip-reason": "other", "skip-note": "My own picture"})
    html = text_of(page.get(url("assignment", held)))
    assert "You skipped this task" in html
    assert "My own picture" in html


def test_it_ignores_fields_that_are_not_its_own(
    page: Client, project: Project, task: Task, rosa: User, ravi: User
) -> None:
    held = cast.claim(rosa, project)
    page.post(
        url("skip", held),
        {"skip-reason": "distressing", "evaluator": ravi.pk, "state": "submitted", "user": 1},
    )
    held.refresh_from_db()
    assert (held.evaluator, held.state) == (rosa, Assignment.State.SKIPPED)
    assert ActionLog.objects.get(verb="assignment:skip").actor == rosa


def test_it_leads_back_to_the_task_by_get(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    """A sign-in in between ends with a GET of where the form was sent to."""
    held = cast.claim(rosa, project)
    for name in ("submit", "skip", "flag", "release"):
        assert page.get(url(name, held)).headers["Location"] == url("assignment", held)
    assert page.get(url("renew", held)).status_code == 405
