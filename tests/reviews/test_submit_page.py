"""Sending the judging form: stored, refused in words, in conflict, parked, signed out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Judgment, ParkedSubmit
from tests import cast


@pytest.fixture
def held(project: Project, version: RubricVersion, rosa: User, mo: User) -> Assignment:
    cast.make_tasks(project, mo, count=2, judgments_per_task=2)
    return cast.claim(rosa, project)


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def send(client: Client, held: Assignment, **fields: Any) -> Any:
    """Send the form as the browser would: its hidden fields with what was typed."""
    data = {"work-submit_key": str(held.submit_key), "quality": "level_4", **fields}
    return client.post(
        reverse("submit", args=[held.pk]),
        {name: value for name, value in data.items() if value is not None},
    )


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_stores_the_judgment_and_goes_on_with_the_next_task(
    page: Client, held: Assignment, project: Project
) -> None:
    response = send(page, held, **{"quality-why": "Even light.", "work-active_seconds": "0"})
    assert response.status_code == 302
    judgment = Judgment.objects.get()
    score = judgment.scores.get()
    assert (score.number, score.justification) == (4.0, "Even light.")
    following = Assignment.objects.get(state=Assignment.State.OPEN)
    assert response.headers["Location"] == reverse("assignment", args=[following.pk])
    assert page.get(response.headers["Location"]).status_code == 200


def test_it_says_why_there_is_no_task_after_the_last_one(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    response = send(page, cast.claim(rosa, project))
    assert response.headers["Location"] == reverse("work", args=[project.slug])
    assert "You are done here" in text_of(page.get(response.headers["Location"]))


def test_it_sends_the_very_fields_that_the_page_shows(page: Client, held: Assignment) -> None:
    html = page.get(reverse("assignment", args=[held.pk])).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(work-\w+)" value="(.*?)">', html))
    assert hidden["work-submit_key"] == str(held.submit_key)
    assert set(hidden) == {
        f"work-{name}"
        for name in (
            "submit_key", "active_seconds", "viewport_width", "viewport_height", "pixel_ratio",
            "largest_zoom",
        )
    }  # fmt: skip
    assert send(page, held, **hidden).status_code == 302


def test_it_stores_how_the_task_was_looked_at(page: Client, held: Assignment) -> None:
    Assignment.objects.filter(pk=held.pk).update(opened_at=timezone.now() - timedelta(minutes=2))
    send(
        page,
        held,
        **{
            "work-active_seconds": "42.0",
            "work-viewport_width": "1440",
            "work-viewport_height": "900",
            "work-pixel_ratio": "2",
            "work-largest_zoom": "1.5",
        },
    )
    judgment = Judgment.objects.get()
    held.refresh_from_db()
    assert judgment.active_seconds == 42
    assert judgment.opened_at == held.opened_at
    assert judgment.viewing == {
        "viewport_width": 1440.0, "viewport_height": 900.0, "pixel_ratio": 2.0, "largest_zoom": 1.5,
    }  # fmt: skip


def test_it_believes_no_more_active_time_than_has_passed(page: Client, held: Assignment) -> None:
    Assignment.objects.filter(pk=held.pk).update(opened_at=timezone.now() - timedelta(seconds=90))
    send(page, held, **{"work-active_seconds": "86000"})
    active = Judgment.objects.get().active_seconds
    assert active is not None
    assert 90 <= active < 86000


@pytest.mark.parametrize("nonsense", ["-1", "nan", "x" * 300, "1e99", ""])
def test_it_drops_facts_that_make_no_sense_and_keeps_the_judgment(
    page: Client, held: Assignment, nonsense: str
) -> None:
    send(page, held, **{"work-active_seconds": nonsense, "work-pixel_ratio": nonsense})
    judgment = Judgment.objects.get()
    assert (judgment.active_seconds, judgment.viewing) == (None, {})


def test_it_says_what_is_missing_and_keeps_everything_typed(
    page: Client, project: Project, lena: User, rosa: User, mo: User
) -> None:
    cast.release_rubric(
        project,
        lena,
        cast.quality_criterion(
            justification_rule="band", justification_band_low=1, justification_band_high=2
        ),
    )
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    response = send(page, held, quality="level_1", **{"quality-why": "Blurred."})
    html = text_of(response)
    assert response.status_code == 422
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_quality-why">Quality: the justification has 8 characters' in html
    assert 'data-number="1" checked' in html
    assert "Blurred.</textarea>" in html
    assert f'name="work-submit_key" value="{held.submit_key}"' in html
    assert not Judgment.objects.exists()
    mended = send(page, held, quality="level_1", **{"quality-why": "Blurred all over it."})
    assert mended.status_code == 302


def test_it_asks_for_an_answer(page: Client, held: Assignment) -> None:
    response = send(page, held, quality=None)
    assert response.status_code == 422
    assert '<a href="#id_quality_0">Quality: choose an answer.</a>' in text_of(response)


@pytest.mark.parametrize("key", [None, "not-a-key", "00000000-0000-4000-8000-000000000000"])
def test_it_renews_a_submit_key_that_is_not_the_assignments(
    page: Client, held: Assignment, key: str | None
) -> None:
    response = send(page, held, **{"work-submit_key": key})
    html = text_of(response)
    assert response.status_code == 422
    assert "Nothing you typed is lost: submit again." in html
    assert f'name="work-submit_key" value="{held.submit_key}"' in html
    assert 'data-number="4" checked' in html


def test_it_makes_one_judgment_of_a_form_sent_twice(page: Client, held: Assignment) -> None:
    first, second = send(page, held), send(page, held)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Judgment.objects.count() == 1


def test_it_shows_both_texts_when_a_second_tab_sends_another_judgment(
    page: Client, held: Assignment
) -> None:
    send(page, held, **{"quality-why": "Good light on the pier."})
    response = send(page, held, quality="level_1", **{"quality-why": "The pier is soft."})
    html = text_of(response)
    assert response.status_code == 409
    for words in ("Good light on the pier.", "The pier is soft.", "4 Good", "1 Bad"):
        assert words in html
    assert Judgment.objects.get().scores.get().number == 4


def test_it_accepts_a_late_submit_while_a_place_is_free(page: Client, held: Assignment) -> None:
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(days=1))
    assert send(page, held).status_code == 302
    assert Judgment.objects.get().is_late


def test_it_parks_a_late_submit_and_shows_it(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(days=1))
    cast.judge(ravi, project)
    why = {"quality-why": "Dust on the sensor, top left."}
    response = send(page, held, **why)
    parked = ParkedSubmit.objects.get()
    assert response.headers["Location"] == reverse("parked", args=[parked.pk])
    assert "Dust on the sensor, top left." in text_of(page.get(response.headers["Location"]))
    assert send(page, held, **why).headers["Location"] == response.headers["Location"]


def test_it_parks_a_changed_late_submit_as_well(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """Back, a few words more, submit again: with the same key, and still never dropped."""
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(rosa, project)
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(days=1))
    cast.judge(ravi, project)
    first = send(page, held)
    second = send(page, held, **{"quality-why": "A few words more."})
    again = send(page, held, **{"quality-why": "A few words more."})
    assert second.headers["Location"] == again.headers["Location"] != first.headers["Location"]
    assert ParkedSubmit.objects.count() == 2


def test_it_leads_back_to_the_task_after_a_sign_in(client: Client, held: Assignment) -> None:
    address = reverse("submit", args=[held.pk])
    response = send(client, held)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('account_login')}?next={address}"
    assert not Judgment.objects.exists()
    client.force_login(held.evaluator)
    assert client.get(address).headers["Location"] == reverse("assignment", args=[held.pk])


def test_it_ignores_fields_that_are_not_its_own(
    page: Client, held: Assignment, rosa: User, ravi: User
) -> None:
    send(page, held, evaluator=ravi.pk, version="99", state="open", gold="1", revision="7")
    judgment = Judgment.objects.get()
    assert (judgment.evaluator, judgment.version, judgment.revision) == (rosa, held.version, 1)
    assert ActionLog.objects.get(verb="judgment:submit").actor == rosa


def test_it_asks_the_database_the_same_number_of_times_whatever_has_been_done(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(audit_rate=0)  # a draw would be one more
    cast.make_tasks(project, mo, count=30, judgments_per_task=3)

    def count() -> int:
        held = cast.claim(rosa, project)
        page.get(reverse("assignment", args=[held.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert send(page, held).status_code == 302
        return len(queries)

    count()  # the first submit of a project makes rows that the others find
    after_one = count()
    for _ in range(24):
        cast.judge(rosa, project)
        cast.judge(ravi, project)
    assert count() == after_one


def test_it_wants_the_forms_token(held: Assignment, rosa: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)
    assert send(client, held).status_code == 403
    assert not Judgment.objects.exists()
