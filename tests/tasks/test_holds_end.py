"""Holds, those ahead too: renewed together, and given back when their person is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.actions import (
    deactivate_user,
    release_assignment,
    renew_assignment,
    set_roles,
    skip_task,
)
from tasks.models import Assignment, SkipReason, Task
from tests import cast


@pytest.fixture
def held(project: Project, version: RubricVersion, rosa: User, mo: User) -> Assignment:
    """Rosa's current task; two more are held ahead for her."""
    project.holds_ahead = 2
    project.save(update_fields=["holds_ahead"])
    cast.make_tasks(project, mo, 3, judgments_per_task=1)
    current = cast.claim(rosa, project)
    assert Assignment.objects.open().filter(is_ahead=True).count() == 2
    return current


def sign_out(held: Assignment, manager: User) -> None:
    client = Client()
    client.force_login(held.evaluator)
    assert client.post("/accounts/logout/").status_code == 302


def release(held: Assignment, manager: User) -> None:
    release_assignment(actor=held.evaluator, assignment=held)


def demote(held: Assignment, manager: User) -> None:
    set_roles(actor=manager, project=held.project, user=held.evaluator, roles=[])


def deactivate(held: Assignment, manager: User) -> None:
    operator = cast.make_user("olga", is_superuser=True)
    deactivate_user(actor=operator, user=held.evaluator)


@pytest.mark.parametrize("end", [sign_out, release, demote, deactivate])
def test_it_gives_back_the_current_task_and_those_ahead(
    held: Assignment, project: Project, ravi: User, mo: User,
    end: Callable[[Assignment, User], None],
) -> None:  # fmt: skip
    end(held, mo)
    assert not Assignment.objects.open().exists()
    assert set(Assignment.objects.values_list("state", flat=True)) == {"released"}
    assert set(Task.objects.values_list("free_places", flat=True)) == {1}
    assert cast.claim(ravi, project).task_id in {task.pk for task in Task.objects.all()}


def test_it_keeps_what_is_held_ahead_when_a_task_is_skipped(held: Assignment) -> None:
    skip_task(actor=held.evaluator, assignment=held, reason=SkipReason.DUPLICATE)
    assert Assignment.objects.open().filter(is_ahead=True).count() == 2
    following = cast.claim(held.evaluator, held.project)
    assert following != held
    assert not following.is_ahead


def test_it_signs_out_whoever_holds_nothing(client: Client, mo: User) -> None:
    client.force_login(mo)
    assert client.post("/accounts/logout/").status_code == 302
    assert client.post("/accounts/logout/").status_code == 302


def test_it_leaves_alone_what_others_hold(
    held: Assignment, project: Project, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 3)
    theirs = cast.claim(ravi, project)
    sign_out(held, mo)
    assert Assignment.objects.open().filter(evaluator=ravi, pk=theirs.pk).exists()
    assert not Assignment.objects.open().filter(evaluator=held.evaluator).exists()


def test_it_renews_those_ahead_with_the_current_one(held: Assignment, rosa: User) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Assignment.objects.open().update(leased_until=soon)
    renew_assignment(actor=rosa, assignment=held)
    leases = set(Assignment.objects.open().values_list("leased_until", flat=True))
    assert len(Assignment.objects.open()) == 3
    assert min(leases) > soon + timedelta(minutes=held.project.lease_minutes - 2)


def test_it_lets_those_ahead_lapse_without_a_word(
    held: Assignment, project: Project, rosa: User, ravi: User
) -> None:
    Assignment.objects.open().update(leased_until=timezone.now() - timedelta(minutes=1))
    cast.claim(ravi, project)
    assert Assignment.objects.held().filter(evaluator=ravi).count() >= 1
    assert not Assignment.objects.held().filter(evaluator=rosa).exists()
