"""A follow-up that failed is shown to lead and manager, who try it again."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.actions.follow_ups import retry_follow_up
from tasks.models import FollowUp, Task
from tests import cast
from tests.tasks.release_data import KEYS, five_criteria, release_next, reworded

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(project: Project, lena: User, rosa: User, mo: User) -> FollowUp:
    """The failed follow-up of a release that broke one criterion of a task judged once."""
    cast.release_rubric(project, lena, *five_criteria())
    cast.make_tasks(project, mo, judgments_per_task=1)
    cast.judge(rosa, project, **dict.fromkeys(KEYS, 3))
    criteria = reworded(five_criteria(), "light")
    version: RubricVersion = release_next(project, lena, criteria, {"light": "breaking"}, "reask")
    FollowUp.objects.update(work_state=WorkState.FAILED, failure="The disk was full.", attempts=3)
    return FollowUp.objects.get(version=version)


def retry_url(follow_up: FollowUp) -> str:
    return reverse("follow-up-retry", args=["photos", follow_up.pk])


def test_it_goes_on_where_it_stopped(failed: FollowUp, lena: User) -> None:
    again = retry_follow_up(actor=lena, follow_up=failed)
    assert (again.work_state, again.failure) == (WorkState.WAITING, "")
    jobs.make_follow_ups(failed.pk)
    assert Task.objects.filter(follows__isnull=False).count() == 1


def test_it_refuses_everybody_else(
    failed: FollowUp, rosa: User, ada: User, otto: User, client: Client
) -> None:
    for person, status in ((rosa, 403), (ada, 403), (otto, 404)):
        with pytest.raises(PermissionDenied):
            retry_follow_up(actor=person, follow_up=failed)
        client.force_login(person)
        assert client.post(retry_url(failed)).status_code == status
    failed.refresh_from_db()
    assert failed.has_failed


def test_it_leaves_one_that_did_not_fail_as_it_is(failed: FollowUp, lena: User) -> None:
    FollowUp.objects.update(work_state=WorkState.DONE)
    assert retry_follow_up(actor=lena, follow_up=failed).work_state == WorkState.DONE
    assert not ActionLog.objects.filter(verb="follow_up:retry").exists()


def test_it_is_logged_once_when_it_is_asked_for_twice(failed: FollowUp, mo: User) -> None:
    for _ in range(2):
        retry_follow_up(actor=mo, follow_up=failed)
    assert ActionLog.objects.filter(verb="follow_up:retry", actor=mo).count() == 1


def test_it_is_shown_with_its_reason_and_tried_again_by_a_button(
    failed: FollowUp, project: Project, lena: User, rosa: User, client: Client
) -> None:
    client.force_login(rosa)
    assert "The disk was full." not in client.get(reverse("project", args=["photos"])).text
    client.force_login(lena)
    page = client.get(reverse("project", args=["photos"])).text
    assert "The disk was full." in page
    assert retry_url(failed) in page
    response = client.post(retry_url(failed), follow=True)
    assert "It is tried again" in response.text
    assert "The disk was full." not in response.text
