"""The tasks after the current one: held, and their pictures named, while it is looked at."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task, hold_tasks_ahead
from tasks.models import Assignment
from tests import cast, paint
from tests.walk import body_of


@pytest.fixture
def project(project: Project, version: RubricVersion, mo: User) -> Project:
    """Four tasks, of which two are held ahead."""
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    make_painted_tasks(project, mo, 4)
    return project


def make_painted_tasks(project: Project, mo: User, count: int) -> None:
    tasks = cast.make_tasks(project, mo, count, judgments_per_task=1)
    for task in tasks:
        sun = (250, task.pk % 256, 90)
        paint.hang(task, ("candidate", paint.draw_scene(60, 40, sun=sun)))


def test_it_holds_as_many_as_the_project_says(project: Project, rosa: User) -> None:
    current = claim_next_task(actor=rosa, project=project)
    held = hold_tasks_ahead(actor=rosa, project=project)
    assert len(held) == 2
    assert list(Assignment.objects.open().filter(is_ahead=True).order_by("pk")) == held
    assert current not in held
    assert {one.opened_at for one in held} == {None}


def test_it_holds_no_more_when_it_is_asked_twice(project: Project, rosa: User) -> None:
    claim_next_task(actor=rosa, project=project)
    first = hold_tasks_ahead(actor=rosa, project=project)
    assert hold_tasks_ahead(actor=rosa, project=project) == first


def test_it_holds_for_evaluators_of_the_project_only(
    project: Project, ada: User, otto: User
) -> None:
    for person in (ada, otto):
        with pytest.raises(PermissionDenied):
            hold_tasks_ahead(actor=person, project=project)


def test_it_holds_nothing_without_a_current_task(project: Project, rosa: User) -> None:
    assert hold_tasks_ahead(actor=rosa, project=project) == []
    claim_next_task(actor=rosa, project=project)
    Project.objects.filter(pk=project.pk).update(state=Project.State.PAUSED)
    project.refresh_from_db()
    assert hold_tasks_ahead(actor=rosa, project=project) == []
    assert not Assignment.objects.open().filter(is_ahead=True).exists()


def test_it_holds_nothing_more_before_a_change_is_read(
    project: Project, rosa: User, lena: User
) -> None:
    claim_next_task(actor=rosa, project=project)
    cast.release_rubric(project, lena, cast.quality_criterion(section="All"))
    assert hold_tasks_ahead(actor=rosa, project=project) == []
    cast.read_changes(rosa, project)
    assert len(hold_tasks_ahead(actor=rosa, project=project)) == 2


def test_it_names_the_pictures_that_the_next_pages_will_show(
    client: Client, project: Project, rosa: User
) -> None:
    client.force_login(rosa)
    client.get(f"/projects/{project.slug}/work/")
    named = client.post(f"/projects/{project.slug}/work/ahead/").json()["pictures"]
    assert len(named) == 2
    for address in named:
        assert body_of(client.get(address))
        cast.submit(Assignment.objects.open().get(evaluator=rosa, is_ahead=False))
        following = client.get(f"/projects/{project.slug}/work/", follow=True)
        assert f'src="{address}"' in following.text


def test_it_asks_as_often_for_five_ahead_as_for_one(
    client: Client, project: Project, rosa: User, mo: User
) -> None:
    make_painted_tasks(project, mo, 4)
    client.force_login(rosa)
    client.get(f"/projects/{project.slug}/work/")
    counts = set()
    for number in (1, 5):
        Project.objects.filter(pk=project.pk).update(holds_ahead=number)
        client.post(f"/projects/{project.slug}/work/ahead/")
        with CaptureQueriesContext(connection) as asked:  # when all of them are there
            named = client.post(f"/projects/{project.slug}/work/ahead/").json()["pictures"]
        assert len(named) == number
        counts.add(len(asked))
    assert len(counts) == 1
