from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from rubrics.models import RubricVersion
from tasks.actions import (
    AssignmentClosedError,
    release_assignment,
    renew_assignment,
    skip_task,
)
from tasks.models import Assignment, SkipReason
from tests import cast

LONG_AGO = timezone.now() - timedelta(days=1)


def skip(*, actor: User, assignment: Assignment) -> Assignment:
    return skip_task(
        actor=actor, assignment=assignment, reason=SkipReason.OUTSIDE_KNOWLEDGE, note="Fungi"
    )


ACTIONS = [renew_assignment, release_assignment, skip]


@pytest.fixture
def assignment(project: Project, version: RubricVersion, rosa: User, mo: User) -> Assignment:
    cast.make_tasks(project, mo, 2, judgments_per_task=1)
    return cast.claim(rosa, project)


def test_it_renews_the_lease_from_now(assignment: Assignment, rosa: User) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=LONG_AGO)
    renewed = renew_assignment(actor=rosa, assignment=assignment)
    assert renewed.leased_until > timezone.now()


def test_it_frees_the_place_on_release_and_on_skip(
    assignment: Assignment, project: Project, rosa: User, ravi: User
) -> None:
    released = release_assignment(actor=rosa, assignment=assignment)
    assert (released.state, released.closed_at is not None) == ("released", True)
    assert cast.claim(ravi, project).task == assignment.task


def test_it_stores_why_a_task_was_skipped(assignment: Assignment, rosa: User) -> None:
    skipped = skip(actor=rosa, assignment=assignment)
    assert (skipped.state, skipped.skip_reason, skipped.skip_note) == (
        "skipped",
        "outside_knowledge",
        "Fungi",
    )
    assert ActionLog.objects.get(verb="assignment:skip").after["reason"] == "outside_knowledge"


@pytest.mark.parametrize("act", ACTIONS)
def test_it_refuses_another_person(
    assignment: Assignment, ravi: User, act: Callable[..., Assignment]
) -> None:
    with pytest.raises(PermissionDenied):
        act(actor=ravi, assignment=assignment)
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.OPEN


@pytest.mark.parametrize("act", ACTIONS)
def test_it_refuses_a_submitted_task_in_words(
    assignment: Assignment, project: Project, rosa: User, act: Callable[..., Assignment]
) -> None:
    cast.judge(rosa, project)
    with pytest.raises(AssignmentClosedError, match="already submitted"):
        act(actor=rosa, assignment=assignment)


@pytest.mark.parametrize("act", ACTIONS)
def test_it_may_run_twice(
    assignment: Assignment, rosa: User, act: Callable[..., Assignment]
) -> None:
    first = act(actor=rosa, assignment=assignment)
    second = act(actor=rosa, assignment=assignment)
    assert first.state == second.state
    assert ActionLog.objects.filter(verb="assignment:skip").count() <= 1


def test_it_says_who_has_a_hold_that_lapsed(
    assignment: Assignment, project: Project, rosa: User, ravi: User
) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=LONG_AGO)
    assert cast.claim(ravi, project).task == assignment.task
    with pytest.raises(AssignmentClosedError, match="somebody else has it now"):
        renew_assignment(actor=rosa, assignment=assignment)
