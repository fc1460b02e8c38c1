from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task, release_assignment, skip_task
from tasks.actions.places import renew_lease
from tasks.models import Assignment, SkipReason, Task
from tests import cast

LONG_AGO = timezone.now() - timedelta(days=1)


def lapse(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=LONG_AGO)


def test_it_gives_a_task_under_the_published_version(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    assert (assignment.task, assignment.version, assignment.place) == (task, version, 1)
    minutes = (assignment.leased_until - timezone.now()).total_seconds() / 60
    assert project.lease_minutes - 1 < minutes <= project.lease_minutes


def test_it_gives_the_same_task_again_until_it_is_done(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    assert cast.claim(rosa, project) == cast.claim(rosa, project)


def test_it_refuses_whoever_is_not_an_evaluator(
    project: Project, version: RubricVersion, ada: User, otto: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    for person in (ada, otto):
        with pytest.raises(PermissionDenied):
            claim_next_task(actor=person, project=project)


def test_it_gives_nothing_in_a_paused_project_or_without_a_rubric(
    project: Project, rosa: User, mo: User, lena: User
) -> None:
    cast.make_tasks(project, mo)
    assert claim_next_task(actor=rosa, project=project) is None
    cast.release_rubric(project, lena)
    project.state = Project.State.PAUSED
    project.save()
    assert claim_next_task(actor=rosa, project=project) is None


def test_it_holds_no_more_places_than_judgments_asked(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    cast.claim(rosa, project)
    assert claim_next_task(actor=ravi, project=project) is None


def test_it_gives_a_lapsed_place_to_the_next(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    assert cast.claim(ravi, project).place == 1
    late.refresh_from_db()
    assert late.state == Assignment.State.LAPSED


def test_it_renews_an_own_lapsed_hold_that_nobody_took(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    lapsed = cast.claim(rosa, project)
    lapse(lapsed)
    again = cast.claim(rosa, project)
    assert again == lapsed
    assert again.leased_until > timezone.now()


def test_it_never_gives_a_judged_or_skipped_task_again_but_a_released_one(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    _judged, _skipped, released = cast.make_tasks(project, mo, 3)
    cast.judge(rosa, project)
    skip_task(actor=rosa, assignment=cast.claim(rosa, project), reason=SkipReason.DISTRESSING)
    release_assignment(actor=rosa, assignment=cast.claim(rosa, project))
    assert cast.claim(rosa, project).task == released


def test_it_takes_priority_first_and_then_what_is_begun(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    _plain, begun = cast.make_tasks(project, mo, 2)
    [urgent] = cast.make_tasks(project, mo, priority=5)
    Task.objects.filter(pk=begun.pk).update(judgments_done=1)
    assert cast.claim(rosa, project).task == urgent
    cast.judge(rosa, project)
    assert cast.claim(rosa, project).task == begun


def test_it_gives_nothing_to_an_account_deactivated_a_moment_ago(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    assert rosa.is_active  # as the request knew it
    with pytest.raises(PermissionDenied):
        claim_next_task(actor=rosa, project=project)


def test_it_never_renews_a_hold_that_was_taken_over(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    cast.claim(ravi, project)
    assert renew_lease(late) is False
    late.refresh_from_db()
    assert (late.state, late.leased_until) == (Assignment.State.LAPSED, LONG_AGO)
