"""Drafts of the work page: saved while somebody types, restored, gone with the submit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.actions import (
    AssignmentClosedError,
    NewerDraftError,
    release_assignment,
    save_draft,
    set_roles,
    skip_task,
)
from tasks.drafts import MOST_BYTES, MOST_VALUES, DraftTooLargeError
from tasks.models import Assignment, Draft, SkipReason, Task
from tests import cast
from tests.tasks.draft_data import LONG_AGO, TYPED, save

OTHER = {"quality": ["level_5"]}


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


def send(page: Client, held: Assignment, body: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return page.post(reverse("draft", args=[held.pk]), text, content_type="application/json")


# ---------------------------------------------------------------- the action
def test_it_keeps_what_was_typed_and_replaces_it(held: Assignment) -> None:
    before = ActionLog.objects.count()
    save(held, 1, OTHER)
    save(held, 2)
    draft = Draft.objects.get()
    assert (draft.sequence, draft.typed) == (2, TYPED)
    assert (draft.evaluator, draft.task, draft.version) == (
        held.evaluator,
        held.task,
        held.version,
    )
    assert ActionLog.objects.count() == before


def test_it_never_lets_an_older_draft_overwrite_a_newer_one(held: Assignment) -> None:
    save(held, 5)
    for sequence in (4, 5):
        with pytest.raises(NewerDraftError) as refused:
            save(held, sequence, OTHER)
        assert (refused.value.draft.sequence, refused.value.draft.typed) == (5, TYPED)
    assert Draft.objects.get().typed == TYPED


def test_it_takes_the_same_draft_twice(held: Assignment) -> None:
    first = save(held, 3)
    again = save(held, 3)
    assert (first.pk, first.saved_at) == (again.pk, again.saved_at)


def test_it_refuses_somebody_elses_assignment_and_a_lost_role(
    held: Assignment, project: Project, rosa: User, ravi: User, mo: User
) -> None:
    with pytest.raises(PermissionDenied):
        save_draft(actor=ravi, assignment=held, sequence=1, typed=TYPED)
    set_roles(actor=mo, project=project, user=rosa, roles=[])
    with pytest.raises(PermissionDenied):
        save(held)
    assert not Draft.objects.exists()


def test_it_refuses_a_task_that_is_over(held: Assignment, project: Project, rosa: User) -> None:
    release_assignment(actor=rosa, assignment=held)
    with pytest.raises(AssignmentClosedError, match="given back to the queue"):
        save(held)
    again = cast.claim(rosa, project)
    cast.submit(again)
    with pytest.raises(AssignmentClosedError, match="already submitted"):
        save(again)
    assert not Draft.objects.exists()


def test_it_takes_a_draft_after_the_hold_ended(held: Assignment) -> None:
    Assignment.objects.update(state="lapsed", closed_at=timezone.now())
    assert save(held).typed == TYPED


def test_it_keeps_no_more_than_is_sensible(held: Assignment) -> None:
    save(held)
    too_much: list[dict[str, list[str]]] = [
        {"quality-why": ["é" * (MOST_BYTES // 2)]},
        {"quality": ["1"] * (MOST_VALUES + 1)},
        {str(name): [] for name in range(MOST_VALUES + 1)},
    ]
    for typed in too_much:
        with pytest.raises(DraftTooLargeError, match="stays in this browser"):
            save(held, 2, typed)
    assert Draft.objects.get().typed == TYPED


def test_it_asks_the_database_little(held: Assignment) -> None:
    counts = []
    for sequence in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            save(held, sequence, {"quality-why": ["word " * 100 * sequence]})
        counts.append(len([row for row in queries if "SAVEPOINT" not in row["sql"]]))
    assert counts == [5, 5, 5]


def test_it_has_one_draft_per_evaluator_task_and_version(held: Assignment) -> None:
    draft = save(held)
    draft.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save(force_insert=True)


# ---------------------------------------------------------------- how it ends
def test_it_is_gone_with_the_judgment(held: Assignment) -> None:
    save(held)
    cast.submit(held)
    assert not Draft.objects.exists()


def test_it_is_gone_with_a_parked_submit_which_keeps_the_text(
    held: Assignment, project: Project, ravi: User
) -> None:
    save(held)
    Assignment.objects.update(leased_until=LONG_AGO)
    cast.judge(ravi, project)
    assert cast.submit(held).parked
    assert not Draft.objects.exists()


def test_it_is_gone_with_a_skip_and_stays_with_a_release(
    held: Assignment, project: Project, rosa: User
) -> None:
    save(held)
    release_assignment(actor=rosa, assignment=held)
    again = cast.claim(rosa, project)
    assert Draft.objects.of(again).get().typed == TYPED
    skip_task(actor=rosa, assignment=again, reason=SkipReason.DISTRESSING)
    assert not Draft.objects.exists()


def test_it_leaves_the_drafts_of_others(held: Assignment, project: Project, ravi: User) -> None:
    save(held)
    Task.objects.update(judgments_per_task=2, free_places=1)
    other = cast.claim(ravi, project)
    save(other, 1, OTHER)
    cast.submit(other)
    assert Draft.objects.get().evaluator == held.evaluator


@pytest.mark.parametrize(
    ("state", "is_kept"), [("open", True), ("finished", False), ("withdrawn", False)]
)
def test_it_sweeps_old_drafts_of_tasks_that_ask_for_nothing_more(
    held: Assignment, *, state: str, is_kept: bool
) -> None:
    save(held)
    Task.objects.update(state=state)
    jobs.sweep()
    assert Draft.objects.exists()
    Draft.objects.update(saved_at=LONG_AGO)
    jobs.sweep()
    assert Draft.objects.exists() == is_kept


# ---------------------------------------------------------------- the page
def test_it_answers_with_what_it_has_saved(page: Client, held: Assignment) -> None:
    response = send(page, held, {"sequence": 1, "typed": TYPED})
    draft = Draft.objects.get()
    assert response.status_code == 200
    assert response.json()["sequence"] == 1
    assert response.json()["saved_at"].startswith(f"{draft.saved_at:%Y-%m-%dT%H:%M:%S}")


def test_it_answers_an_older_draft_with_the_newer_one(page: Client, held: Assignment) -> None:
    save(held, 7)
    response = send(page, held, {"sequence": 7, "typed": OTHER})
    assert response.status_code == 409
    assert "in another tab or on another machine" in response.json()["message"]
    newer = response.json()["newer"]
    assert (newer["sequence"], newer["typed"]) == (7, TYPED)


def test_it_says_that_a_task_is_over(page: Client, held: Assignment) -> None:
    cast.submit(held)
    response = send(page, held, {"sequence": 1, "typed": TYPED})
    assert response.status_code == 409
    assert response.json() == {"message": "You have already submitted a judgment of this task."}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[" * 100_000,
        "\xff",
        "null",
        "[]",
        {"typed": {}},
        {"sequence": 1},
        {"sequence": 0, "typed": {}},
        {"sequence": True, "typed": {}},
        {"sequence": "1", "typed": {}},
        {"sequence": 2**31, "typed": {}},
        {"sequence": 1, "typed": []},
        {"sequence": 1, "typed": {"quality": "level_2"}},
        {"sequence": 1, "typed": {"quality": [2]}},
        {"sequence": 1, "typed": {"quality": [None]}},
    ],
)
def test_it_refuses_what_is_no_draft(page: Client, held: Assignment, body: Any) -> None:
    response = send(page, held, body)
    assert response.status_code == 422
    assert "stays in this browser" in response.json()["message"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("size", [MOST_BYTES, 5_000_000])
def test_it_refuses_a_draft_that_is_too_large(page: Client, held: Assignment, size: int) -> None:
    response = send(page, held, {"sequence": 1, "typed": {"quality-why": ["x" * size]}})
    assert response.status_code == 413
    assert "more than the server keeps" in response.json()["message"]


def test_it_keeps_text_that_no_database_takes(page: Client, held: Assignment) -> None:
    body = r'{"sequence": 1, "typed": {"quality-why": ["a\u0000b \ud83d c \ud83d\ude00"]}}'
    assert send(page, held, body).status_code == 200
    assert Draft.objects.get().typed == {"quality-why": ["ab ? c 😀"]}


def test_it_needs_the_token_of_the_form(held: Assignment, rosa: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)
    assert send(client, held, {"sequence": 1, "typed": TYPED}).status_code == 403


def test_it_hides_an_assignment_from_everybody_else(
    client: Client, held: Assignment, ravi: User, ada: User, otto: User
) -> None:
    for other in (ravi, ada, otto):
        client.force_login(other)
        assert send(client, held, {"sequence": 1, "typed": TYPED}).status_code == 404
    assert not Draft.objects.exists()
