"""The work page with a draft: it fills the form in, also without JavaScript."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Task
from tests import cast
from tests.tasks.draft_data import LONG_AGO, TYPED, save


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    return cast.make_tasks(project, mo, judgments_per_task=1)[0]


@pytest.fixture
def held(project: Project, task: Task, rosa: User) -> Assignment:
    return cast.claim(rosa, project)


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def shown(page: Client, held: Assignment) -> str:
    response = page.get(reverse("assignment", args=[held.pk]))
    return " ".join(response.content.decode().split())


def test_it_restores_a_draft_without_scripts(page: Client, held: Assignment) -> None:
    assert "restored" not in shown(page, held)
    draft = save(held, 4, {**TYPED, "work-active_seconds": ["95"], "gone": ["x"]})
    html = shown(page, held)
    assert f"{draft.saved_at:%H:%M} UTC</time> restored." in html
    assert 'data-number="2" checked' in html
    assert "A smear over the left half.</textarea>" in html
    assert 'name="work-active_seconds" value="95"' in html
    assert 'data-draft-sequence="4"' in html
    assert "data-holds-typed" not in html


def test_it_restores_nothing_where_nothing_is_typed(page: Client, held: Assignment) -> None:
    save(held, 1_234, {})
    html = shown(page, held)
    assert "restored" not in html
    assert 'data-draft-sequence="1234"' in html


def test_it_restores_a_draft_after_the_hold_lapsed_and_was_claimed_again(
    page: Client, held: Assignment, project: Project, rosa: User
) -> None:
    save(held)
    Assignment.objects.update(state="lapsed", closed_at=timezone.now(), leased_until=LONG_AGO)
    Task.objects.update(free_places=1)
    again = cast.claim(rosa, project)
    assert again.pk != held.pk
    assert "A smear over the left half.</textarea>" in shown(page, again)


def test_it_shows_what_was_sent_rather_than_a_draft(page: Client, held: Assignment) -> None:
    save(held, 3)
    for name, sent in (("submit", {"quality-why": "Newer."}), ("skip", {"quality-why": "Newer."})):
        response = page.post(reverse(name, args=[held.pk]), sent)
        html = " ".join(response.content.decode().split())
        assert response.status_code == 422
        assert "Newer.</textarea>" in html
        assert "A smear" not in html
        assert "restored" not in html
        assert 'data-draft-sequence="3"' in html
        assert "data-holds-typed" in html


def test_it_never_turns_a_draft_into_markup(page: Client, held: Assignment) -> None:
    marker = "</textarea><script>alert(1)</script>"
    save(held, 1, {"quality": [marker], "quality-why": [marker], "work-active_seconds": [marker]})
    assert "<script>alert(1)" not in shown(page, held)
