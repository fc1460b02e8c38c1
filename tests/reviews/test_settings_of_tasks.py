"""The settings page and the project's page, where a number goes for the tasks that are there."""

from __future__ import annotations

import pytest
from django.test import Client

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.models import Adjustment, Batch, FollowUp, Task
from tasks.progress import TasksThere, tasks_there
from tests import cast
from tests.reviews.test_project_forms import SETTINGS, changed

PAGE = "/projects/photos/"
RETRY = "/projects/photos/adjustment/retry/"


@pytest.fixture
def manager(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


@pytest.fixture
def filled(project: Project, version: RubricVersion, rosa: User, mo: User) -> Project:
    """A project with three open tasks and a finished one, which ask for one judgment each."""
    cast.make_tasks(project, mo, 4, judgments_per_task=1)
    cast.judge(rosa, project)
    return project


def test_it_asks_for_which_tasks_a_number_holds_and_says_how_many_there_are(
    manager: Client, filled: Project
) -> None:
    page = manager.get(SETTINGS).content.decode()
    assert "Another number of judgments holds for" in page
    assert "Those that are there as well: 3 open, 1 finished" in page
    assert "No judgment is lost" in page
    Batch.objects.update(work_state=WorkState.RUNNING)
    assert "1 finished and those being imported" in manager.get(SETTINGS).content.decode()


def test_it_does_not_ask_where_there_are_no_tasks(manager: Client, project: Project) -> None:
    assert 'name="reach"' not in manager.get(SETTINGS).content.decode()
    manager.post(SETTINGS, changed(project, judgments_per_task=5, reach="there"))
    project.refresh_from_db()
    assert project.judgments_per_task == 5
    assert not Adjustment.objects.exists()


def test_it_counts_what_is_judged_anew_and_not_what_is_asked_again(
    filled: Project, version: RubricVersion, mo: User
) -> None:
    assert tasks_there(filled) == TasksThere(open=3, finished=1)
    follow_up = FollowUp.objects.create(version=version, criteria=["quality"])
    FollowUp.objects.update(batch=Batch.objects.get())
    assert tasks_there(filled) == TasksThere()
    FollowUp.objects.filter(pk=follow_up.pk).update(criteria=[])
    assert tasks_there(filled) == TasksThere(open=3, finished=1)


def test_it_changes_later_tasks_only_unless_the_others_are_chosen(
    manager: Client, filled: Project
) -> None:
    response = manager.post(
        SETTINGS, changed(filled, judgments_per_task=5, reach="later"), follow=True
    )
    page = response.content.decode()
    assert "The settings are saved." in page
    assert "The tasks that are there follow." not in page
    assert not Adjustment.objects.exists()
    assert set(Task.objects.values_list("judgments_per_task", flat=True)) == {1}


def test_it_asks_the_tasks_that_are_there_and_shows_how_far_that_is(
    manager: Client, filled: Project, lena: User, rosa: User
) -> None:
    posted = changed(filled, judgments_per_task=2, reach="there")
    page = manager.post(SETTINGS, posted, follow=True).content.decode()
    assert "The tasks that are there follow." in page
    assert "for <strong>2</strong> judgments each: 0 of 4 looked at so far" in page
    verbs = ActionLog.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["adjustment:start", "project:update"]
    jobs.adjust_tasks(Adjustment.objects.get().pk)
    assert "looked at so far" not in manager.get(PAGE).content.decode()
    assert set(Task.objects.values_list("judgments_per_task", flat=True)) == {2}
    assert Task.objects.filter(state="open").count() == 4


def test_it_changes_nothing_at_all_where_somebody_was_faster(
    manager: Client, filled: Project
) -> None:
    mine = changed(filled, judgments_per_task=5, reach="there")
    Project.objects.filter(pk=filled.pk).update(description="Theirs.")
    response = manager.post(SETTINGS, mine)
    assert response.status_code == 409
    assert response.context["form"]["reach"].value() == "there"
    assert not Adjustment.objects.exists()
    assert not ActionLog.objects.filter(verb__startswith="adjustment").exists()


@pytest.mark.parametrize("reach", ["", "all", "1"])
def test_it_knows_two_answers(manager: Client, filled: Project, reach: str) -> None:
    response = manager.post(SETTINGS, changed(filled, judgments_per_task=5, reach=reach))
    assert response.status_code == 422
    assert "Choose for which tasks the number holds." in response.content.decode()
    filled.refresh_from_db()
    assert filled.judgments_per_task == 3


def test_it_shows_a_failure_to_lead_and_manager_and_lets_the_manager_try_again(
    client: Client, filled: Project, rosa: User, lena: User, mo: User
) -> None:
    client.force_login(mo)
    client.post(SETTINGS, changed(filled, judgments_per_task=2, reach="there"))
    Adjustment.objects.update(work_state=WorkState.FAILED, failure="The disk was full.")
    for person, sees, tries in ((rosa, False, False), (lena, True, False), (mo, True, True)):
        client.force_login(person)
        page = client.get(PAGE).content.decode()
        assert ("Not all tasks ask for 2 judgments yet." in page) == sees
        assert ("The disk was full." in page) == sees
        assert (f'action="{RETRY}"' in page) == tries
    page = client.post(RETRY, follow=True).content.decode()
    assert "It is tried again, from where it stopped." in page
    assert Adjustment.objects.get().work_state == WorkState.WAITING


def test_it_has_nothing_to_try_again_where_no_number_was_changed(
    manager: Client, filled: Project
) -> None:
    assert manager.post(RETRY).status_code == 404


def test_it_shows_a_whole_meter_whatever_was_expected(manager: Client, filled: Project) -> None:
    manager.post(SETTINGS, changed(filled, judgments_per_task=2, reach="there"))
    for expected, seen, words in ((0, 3, "0 of 0"), (2000, 5000, "2,000 of 2,000")):
        Adjustment.objects.update(tasks_expected=expected, tasks_seen=seen)
        page = manager.get(PAGE).content.decode()
        assert f"each: {words} looked at so far" in page
        assert f'max="{max(expected, 1)}"' in page.replace(",", "")
