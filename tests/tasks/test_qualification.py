"""Who is qualified for production tasks, and what the queue says to who is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import ActionLog, Membership, Project, User
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task
from tasks.actions.people import qualify_member, unqualify_member
from tasks.models import Assignment, Task
from tasks.queue import projects_with_tasks
from tests import cast

PAGE = "/projects/photos/members/"


@pytest.fixture
def strict(project: Project, version: RubricVersion) -> Project:
    """The project, now for qualified evaluators only."""
    project.needs_qualification = True
    project.save(update_fields=["needs_qualification"])
    return project


def read(client: Client, user: User, path: str) -> str:
    client.force_login(user)
    return " ".join(client.get(path).content.decode().split())


def test_it_opens_production_tasks_to_whom_a_lead_or_a_manager_qualifies(
    strict: Project, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    cast.make_tasks(strict, mo, 2)
    assert claim_next_task(actor=rosa, project=strict) is None
    qualify_member(actor=lena, project=strict, user=rosa)
    qualify_member(actor=mo, project=strict, user=ravi)
    assert cast.claim(rosa, strict).task.kind == "production"
    assert cast.claim(ravi, strict).task.kind == "production"
    entry = ActionLog.objects.filter(verb="membership:qualify").order_by("pk")[0]
    assert (entry.actor, entry.after) == (lena, {"is_qualified": True})


def test_it_frees_what_an_evaluator_holds_who_is_no_longer_qualified(
    strict: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(strict, mo, 4)
    Project.objects.filter(pk=strict.pk).update(holds_ahead=2)
    strict.refresh_from_db()
    qualify_member(actor=lena, project=strict, user=rosa)
    cast.claim(rosa, strict)
    assert Assignment.objects.open().count() == 3
    unqualify_member(actor=lena, project=strict, user=rosa)
    assert not Assignment.objects.open().exists()
    assert claim_next_task(actor=rosa, project=strict) is None


def test_it_changes_and_logs_nothing_when_run_twice(
    strict: Project, rosa: User, lena: User
) -> None:
    for _ in range(2):
        qualify_member(actor=lena, project=strict, user=rosa)
    assert ActionLog.objects.filter(verb="membership:qualify").count() == 1


def test_it_is_for_leads_and_managers_and_about_evaluators(
    strict: Project, rosa: User, ravi: User, ada: User, lena: User, otto: User
) -> None:
    for person in (rosa, ravi, ada, otto):
        with pytest.raises(PermissionDenied):
            qualify_member(actor=person, project=strict, user=rosa)
    with pytest.raises(Membership.DoesNotExist):
        qualify_member(actor=lena, project=strict, user=ada)
    assert not Membership.objects.filter(qualified_at__isnull=False).exists()


def test_it_is_done_on_the_members_page(
    client: Client, strict: Project, rosa: User, mo: User, otto: User
) -> None:
    page = read(client, mo, PAGE)
    assert page.count("Qualify for production tasks") == 1
    response = client.post(PAGE, {"member": rosa.pk, "qualified": "yes"}, follow=True)
    assert "Rosa gets production tasks now." in response.content.decode()
    assert Membership.objects.get(user=rosa, project=strict).qualified_at is not None
    assert "Take the qualification back" in response.content.decode()
    client.post(PAGE, {"member": rosa.pk, "qualified": "no"})
    assert Membership.objects.get(user=rosa, project=strict).qualified_at is None
    for member in (mo.pk, otto.pk, "x", ""):
        assert client.post(PAGE, {"member": member, "qualified": "yes"}).status_code == 404


def test_it_is_done_by_a_lead_who_changes_nothing_else(
    client: Client, strict: Project, rosa: User, lena: User, mo: User, ada: User
) -> None:
    page = read(client, lena, PAGE).split("<main")[1]
    assert page.count("<form") == page.count("Qualify for production tasks") == 1
    response = client.post(PAGE, {"member": rosa.pk, "qualified": "yes"}, follow=True)
    assert "Rosa gets production tasks now." in response.content.decode()
    entry = ActionLog.objects.get(verb="membership:qualify")
    assert (entry.actor, entry.object_id) == (lena, str(rosa.pk))
    for _ in range(2):
        client.post(PAGE, {"member": rosa.pk, "qualified": "no"})
    assert ActionLog.objects.filter(verb="membership:unqualify").count() == 1
    assert client.post(PAGE, {"member": mo.pk, "qualified": "yes"}).status_code == 404
    client.force_login(ada)
    assert client.post(PAGE, {"member": rosa.pk, "qualified": "yes"}).status_code == 403


def test_it_is_not_shown_where_nobody_has_to_qualify(
    client: Client, project: Project, rosa: User, mo: User
) -> None:
    assert "ualif" not in read(client, mo, PAGE).split("<main")[1]


def test_it_says_to_who_is_not_qualified_what_comes_next(
    client: Client, strict: Project, rosa: User, mo: User
) -> None:
    cast.make_tasks(strict, mo)
    page = read(client, rosa, reverse("work", args=[strict.slug]))
    assert "You are not qualified yet" in page
    assert "A lead or a manager looks at them and opens the rest to you." in page


def test_it_says_that_the_day_is_over_at_the_cap(
    client: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 3)
    Project.objects.filter(pk=project.pk).update(daily_cap=2)
    project.refresh_from_db()
    for _ in range(2):
        cast.judge(rosa, project)
    page = read(client, rosa, reverse("work", args=[project.slug]))
    assert "That is all for today" in page
    assert "takes 2 judgments a day from each evaluator" in page
    assert "You made 2 judgments here today" in page


def test_it_gives_the_unqualified_nothing_that_others_hold_ahead(
    strict: Project, rosa: User, ravi: User, lena: User, mo: User
) -> None:
    Project.objects.filter(pk=strict.pk).update(holds_ahead=2)
    strict.refresh_from_db()
    cast.make_tasks(strict, mo, 3, judgments_per_task=1)
    qualify_member(actor=lena, project=strict, user=rosa)
    cast.claim(rosa, strict)
    assert claim_next_task(actor=ravi, project=strict) is None
    assert Assignment.objects.open().filter(evaluator=rosa).count() == 3


def test_it_gives_back_what_is_held_ahead_once_the_project_asks_for_qualified_ones(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 3, judgments_per_task=1)
    cast.submit(cast.claim(rosa, project))
    Project.objects.filter(pk=project.pk).update(needs_qualification=True)
    project.refresh_from_db()
    assert claim_next_task(actor=rosa, project=project) is None
    assert not Assignment.objects.open().exists()


def test_it_goes_back_to_no_lapsed_task_of_the_no_longer_qualified(
    strict: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(strict, mo, 1)
    qualify_member(actor=lena, project=strict, user=rosa)
    held = cast.claim(rosa, strict)
    ended = timezone.now() - timedelta(minutes=5)
    Assignment.objects.filter(pk=held.pk).update(
        state="lapsed", closed_at=ended, opened_at=ended, leased_until=ended
    )
    unqualify_member(actor=lena, project=strict, user=rosa)
    assert claim_next_task(actor=rosa, project=strict) is None


def test_it_promises_the_unqualified_trial_tasks_only(
    strict: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(strict, mo)
    assert projects_with_tasks(rosa, [strict]) == set()
    cast.make_tasks(strict, mo, kind=Task.Kind.TRAINING, judgments_per_task=1000)
    assert projects_with_tasks(rosa, [strict]) == {strict.pk}
    cast.judge(rosa, strict)
    assert projects_with_tasks(rosa, [strict]) == set()
    qualify_member(actor=lena, project=strict, user=rosa)
    assert projects_with_tasks(rosa, [strict]) == {strict.pk}
