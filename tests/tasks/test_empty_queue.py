"""The page in place of a task: why there is none, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Heartbeat, Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Batch
from tests import cast


def read(client: Client, user: User, project: Project) -> str:
    client.force_login(user)
    response = client.get(reverse("work", args=[project.slug]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("state", "words"), [("paused", "Photos is paused"), ("closed", "Photos is closed")]
)
def test_it_says_that_the_project_rests(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User,
    state: str, words: str,
) -> None:  # fmt: skip
    cast.make_tasks(project, mo)
    Project.objects.filter(pk=project.pk).update(state=state)
    html = read(client, rosa, project)
    assert words in html
    assert ("Look again" in html) is (state == "paused")


def test_it_says_that_there_is_no_rubric(
    client: Client, project: Project, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assert "There is no rubric yet" in read(client, rosa, project)


def test_it_says_that_there_are_no_images(
    client: Client, project: Project, version: RubricVersion, rosa: User
) -> None:
    html = read(client, rosa, project)
    assert "There are no images yet" in html
    assert "You made" not in html


def test_it_says_that_images_are_coming_in_and_whether_anybody_works_on_it(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    Batch.objects.create(project=project, name="B", source="upload", created_by=mo)
    html = read(client, rosa, project)
    assert "Images are coming in" in html
    assert "No worker is running." in html
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "No worker is running." not in read(client, rosa, project)


def test_it_says_how_many_tasks_others_hold_and_when_the_next_is_free(
    client: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(ravi, project)
    free_at = timezone.now() + timedelta(minutes=4, seconds=30)
    Assignment.objects.filter(pk=held.pk).update(leased_until=free_at)
    html = read(client, rosa, project)
    assert "1 task is held by others" in html
    assert f"the next task is free in 4 minutes, at {free_at:%H:%M} UTC" in html
    assert "Ravi" not in html


def test_it_says_that_all_is_judged_and_counts_the_persons_own(
    client: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, count=2, judgments_per_task=2)
    for evaluator in (rosa, rosa, ravi):
        cast.judge(evaluator, project)
    html = read(client, rosa, project)
    assert "You are done here" in html
    assert "You made 2 judgments here today, 2 in all." in html


def test_it_says_that_a_change_has_to_be_read_first(
    client: Client, project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo, count=2)
    cast.judge(rosa, project)
    clause = replace(cast.quality_criterion(), description="Judge the sharpness only.")
    cast.release_rubric(project, lena, clause)
    html = read(client, rosa, project)
    assert "The rubric has changed" in html
    assert f'href="{reverse("changes", args=[project.slug])}"' in html
    assert "Look again" not in html
