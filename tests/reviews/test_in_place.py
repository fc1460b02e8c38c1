"""The next task in the place of the page that was sent: drawn anew, or ahead and then confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Judgment, SkipReason, Task
from tests import cast

IN_PLACE = {"X-In-Place": "1"}


@pytest.fixture
def project(project: Project, version: RubricVersion, mo: User) -> Project:
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 4, hidden_context={"model": "zebra-model-9"})
    return project


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def begin(page: Client, project: Project, rosa: User) -> tuple[Assignment, dict[str, str]]:
    """Open a task and have the next ones held; return both, the second as the page gets it."""
    page.get(reverse("work", args=[project.slug]), follow=True)
    held = Assignment.objects.get(evaluator=rosa, is_ahead=False, closed_at=None)
    return held, ahead(page, project)


def ahead(page: Client, project: Project) -> dict[str, str]:
    answer = page.post(reverse("ahead", args=[project.slug]), headers=IN_PLACE)
    following: dict[str, str] = answer.json()["next"]
    return following


def send(page: Client, held: Assignment, **headers: str) -> Any:
    data = {"work-submit_key": str(held.submit_key), "quality": "level_4", "quality-why": "Even."}
    return page.post(reverse("submit", args=[held.pk]), data, headers={**IN_PLACE, **headers})


def address(held: Assignment) -> str:
    return reverse("assignment", args=[held.pk])


def current(rosa: User) -> Assignment:
    return Assignment.objects.get(evaluator=rosa, is_ahead=False, closed_at=None)


def test_it_answers_with_the_next_task_and_without_a_frame(
    page: Client, project: Project, rosa: User
) -> None:
    held, _ = begin(page, project, rosa)
    answer = send(page, held)
    following = current(rosa)
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == address(following)
    assert f'action="{reverse("submit", args=[following.pk])}"' in answer.text
    assert "<html" not in answer.text
    assert "<header" in answer.text
    assert following.opened_at is not None
    assert Judgment.objects.count() == 1


def test_it_only_confirms_the_page_that_was_drawn_ahead(
    page: Client, project: Project, rosa: User
) -> None:
    held, following = begin(page, project, rosa)
    answer = send(page, held, **{"X-Prepared": following["tag"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Content-Location"] == address(current(rosa))
    assert f'action="{reverse("submit", args=[current(rosa).pk])}"' in following["html"]
    assert current(rosa).opened_at is not None


def test_it_draws_ahead_without_opening_and_without_what_is_hidden(
    page: Client, project: Project, rosa: User
) -> None:
    _, following = begin(page, project, rosa)
    first = Assignment.objects.filter(evaluator=rosa, is_ahead=True).earliest("pk")
    assert address(first) in following["html"]
    assert first.opened_at is None
    assert "zebra" not in following["html"]


def test_it_draws_anew_what_a_release_has_changed_meanwhile(
    page: Client, project: Project, rosa: User, lena: User
) -> None:
    held, following = begin(page, project, rosa)
    cast.release_rubric(project, lena, cast.quality_criterion(section="Quality, again"))
    cast.read_changes(rosa, project)
    answer = send(page, held, **{"X-Prepared": following["tag"]})
    assert answer.status_code == 200
    assert "Quality, again" in answer.text
    assert "Quality, again" not in following["html"]


def test_it_draws_anew_when_another_task_is_the_next(
    page: Client, project: Project, rosa: User
) -> None:
    held, following = begin(page, project, rosa)
    lost = Assignment.objects.filter(evaluator=rosa, is_ahead=True).earliest("pk")
    Task.objects.filter(pk=lost.task_id).update(state=Task.State.WITHDRAWN)
    answer = send(page, held, **{"X-Prepared": following["tag"]})
    assert answer.status_code == 200
    assert current(rosa).task_id != lost.task_id


def test_it_draws_anew_where_something_is_to_be_said(
    page: Client, project: Project, rosa: User
) -> None:
    held, following = begin(page, project, rosa)
    answer = page.post(
        reverse("skip", args=[held.pk]),
        {"skip-reason": SkipReason.DUPLICATE.value},
        headers={**IN_PLACE, "X-Prepared": following["tag"]},
    )
    assert answer.status_code == 200
    assert "Skipped. That task does not come to you again." in answer.text


def test_it_keeps_the_page_and_says_what_is_missing(
    page: Client, project: Project, rosa: User
) -> None:
    held, _ = begin(page, project, rosa)
    answer = page.post(
        reverse("submit", args=[held.pk]),
        {"work-submit_key": str(held.submit_key)},
        headers=IN_PLACE,
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Location"] == address(held)
    assert "error-summary" in answer.text
    assert "<html" not in answer.text


def test_it_says_where_to_go_when_nothing_is_left(
    page: Client, project: Project, rosa: User
) -> None:
    held, _ = begin(page, project, rosa)
    Task.objects.exclude(pk=held.task_id).update(state=Task.State.WITHDRAWN)
    assert send(page, held).json() == {"location": reverse("work", args=[project.slug])}


def test_it_says_where_a_late_submit_is_kept(page: Client, project: Project, rosa: User) -> None:
    held, _ = begin(page, project, rosa)
    Task.objects.filter(pk=held.task_id).update(state=Task.State.WITHDRAWN)
    Assignment.objects.filter(pk=held.pk).update(
        state=Assignment.State.LAPSED, closed_at=timezone.now()
    )
    kept = held.parked_submits
    assert send(page, held).json() == {"location": reverse("parked", args=[kept.get().pk])}


def test_it_gives_the_same_answer_to_the_same_submit(
    page: Client, project: Project, rosa: User
) -> None:
    held, _ = begin(page, project, rosa)
    first, again = send(page, held), send(page, held)
    assert first.headers["Content-Location"] == again.headers["Content-Location"]
    assert Judgment.objects.count() == 1


def test_it_draws_a_page_ahead_in_a_fixed_number_of_queries(
    page: Client, project: Project, rosa: User, mo: User
) -> None:
    begin(page, project, rosa)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            ahead(page, project)
        counts.append(len(asked))
        cast.make_tasks(project, mo, 25)
    assert counts[0] == counts[1]
