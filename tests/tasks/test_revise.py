"""Changing an own judgment: a revision beside the first answer, while nobody decides about it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evalhub.models import ActionLog, Membership, Project, Role, User
from rubrics.models import RubricVersion
from tasks.actions import RevisionConflictError, RevisionRefusedError, Viewing, revise_judgment
from tasks.counters import count_batch
from tasks.models import Assignment, Judgment, Task
from tasks.models.judgment import CHANGEABLE
from tasks.places import close_to_changes
from tests import cast
from tests.tasks.release_data import (
    KEYS,
    five_criteria,
    make_again,
    read_and_claim,
    release_next,
    reworded,
)

ALL_GOOD: dict[str, Any] = dict.fromkeys(KEYS, 3)


@pytest.fixture
def judgment(project: Project, version: RubricVersion, rosa: User, mo: User) -> Judgment:
    cast.make_tasks(project, mo, judgments_per_task=2)
    return cast.judged(rosa, project, quality=4)


def only_one(judgment: Judgment) -> bool:
    """Return whether nothing was added to `judgment`, and it still counts."""
    current = Assignment.objects.get(pk=judgment.assignment_id).judgment
    return current == judgment == Judgment.objects.get(assignment=judgment.assignment_id)


def test_it_adds_a_revision_that_counts_and_keeps_the_first_answer(
    judgment: Judgment, rosa: User
) -> None:
    opened_at = timezone.now() - timedelta(minutes=3)
    key = uuid.uuid4()
    revision = revise_judgment(
        actor=rosa,
        judgment=judgment,
        answers=cast.answer(judgment.version, {"quality": 2}, {"quality": "Soft at the edges."}),
        submit_key=key,
        viewing=Viewing(opened_at=opened_at, active_seconds=40, facts={"pixel_ratio": 2.0}),
    )
    now = revision.judgment
    assert revision.is_new
    assert list(Judgment.objects.all()) == [judgment, now]
    assert list(Judgment.objects.current()) == [now]
    assert (now.revision, now.vote, now.version) == (2, judgment.vote, judgment.version)
    assert (now.submit_key, now.opened_at, now.active_seconds) == (key, opened_at, 40)
    assert now.submitted_at > judgment.submitted_at
    assert (now.viewing, now.is_late) == ({"pixel_ratio": 2.0}, judgment.is_late)
    assert [judgment.scores.get().number, now.scores.get().number] == [4, 2]
    entry = ActionLog.objects.get(verb="judgment:revise")
    assert (entry.actor, entry.object_id, entry.project) == (rosa, str(now.pk), now.project)
    assert entry.before == {"judgment": judgment.pk, "revision": 1}
    assert entry.after["revision"] == 2


def test_it_counts_nothing_anew(judgment: Judgment) -> None:
    counts, task = count_batch(judgment.task.batch), Task.objects.filter(pk=judgment.task_id)
    before = task.values().get()
    cast.revise(judgment, quality=1)
    assert task.values().get() == before
    assert count_batch(judgment.task.batch) == counts


def test_it_says_when_the_page_was_opened_only_where_that_is_known(judgment: Judgment) -> None:
    now = cast.revise(judgment, quality=1).judgment
    assert now.opened_at == now.submitted_at


@pytest.mark.parametrize("name", ["ravi", "ada", "lena", "mo", "otto"])
def test_it_is_for_its_own_evaluator_alone(
    judgment: Judgment, request: pytest.FixtureRequest, name: str
) -> None:
    with pytest.raises(PermissionDenied, match="somebody else's"):
        cast.revise(judgment, actor=request.getfixturevalue(name), quality=1)
    assert only_one(judgment)


def test_it_is_refused_to_who_is_no_evaluator_any_more(judgment: Judgment, rosa: User) -> None:
    Membership.objects.filter(user=rosa).update(role=Role.REVIEWER)
    with pytest.raises(PermissionDenied, match="Only a evaluator"):
        cast.revise(judgment, quality=1)
    assert only_one(judgment)


def test_it_refuses_answers_that_no_form_could_have_given(judgment: Judgment) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        cast.revise(judgment)
    assert only_one(judgment)


@pytest.mark.parametrize(
    ("state", "words"), [("paused", "The project is paused"), ("closed", "The project is closed")]
)
def test_it_is_refused_while_the_project_rests(judgment: Judgment, state: str, words: str) -> None:
    Project.objects.update(state=state)
    with pytest.raises(RevisionRefusedError, match=words) as refused:
        cast.revise(judgment, quality=1)
    assert refused.value.judgment == judgment
    assert only_one(judgment)


def test_it_is_refused_once_the_task_is_withdrawn(judgment: Judgment) -> None:
    Task.objects.update(state=Task.State.WITHDRAWN)
    with pytest.raises(RevisionRefusedError, match="was withdrawn"):
        cast.revise(judgment, quality=1)
    assert only_one(judgment)


def test_it_is_refused_once_it_was_closed_to_changes(judgment: Judgment) -> None:
    close_to_changes(judgment)
    closed_at = Assignment.objects.get().closed_to_changes_at
    close_to_changes(judgment)
    assert Assignment.objects.get().closed_to_changes_at == closed_at is not None
    with pytest.raises(RevisionRefusedError, match="drawn for review"):
        cast.revise(judgment, quality=1)
    assert only_one(judgment)


def test_it_reaches_back_as_far_as_the_last_ten(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """Ten of one's own in this project; a change makes none of them newer."""
    cast.make_tasks(project, mo, CHANGEABLE + 1, judgments_per_task=2)
    first, *rest = [cast.judged(rosa, project) for _ in range(CHANGEABLE)]
    cast.judged(ravi, project)
    revised = cast.revise(first, quality=1).judgment
    last = cast.judged(rosa, project)
    with pytest.raises(RevisionRefusedError, match="last 10 judgments here, and this one is older"):
        cast.revise(revised, quality=2)
    assert list(Judgment.objects.last_of(rosa, project)) == [last, *reversed(rest)]
    assert cast.revise(rest[0], quality=1).is_new


def test_it_makes_nothing_of_the_same_answers(judgment: Judgment) -> None:
    again = cast.revise(judgment, quality=4)
    assert (again.judgment, again.is_new) == (judgment, False)
    assert only_one(judgment)
    assert not ActionLog.objects.filter(verb="judgment:revise").exists()


def test_it_makes_one_revision_of_the_same_change_sent_twice(judgment: Judgment) -> None:
    key = uuid.uuid4()
    first, again = (cast.revise(judgment, key=key, quality=1) for _ in range(2))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.judgment == again.judgment
    close_to_changes(first.judgment)  # a retry finds it stored, whatever came after
    assert cast.revise(judgment, key=key, quality=1).judgment == first.judgment
    assert Judgment.objects.count() == 2
    assert ActionLog.objects.filter(verb="judgment:revise").count() == 1


def test_it_refuses_a_change_of_what_was_changed_since(judgment: Judgment) -> None:
    key = uuid.uuid4()
    now = cast.revise(judgment, key=key, quality=1).judgment
    for stale_key, quality in ((None, 2), (key, 2), (None, 4)):
        with pytest.raises(RevisionConflictError, match="on another page meanwhile") as refused:
            cast.revise(judgment, key=stale_key, quality=quality)
        assert refused.value.judgment == now
    third = cast.revise(now, quality=2).judgment
    assert [row.revision for row in Judgment.objects.all()] == [1, 2, 3]
    assert list(Judgment.objects.current()) == [third]


def test_it_stays_under_the_version_it_was_made_under(
    project: Project, judgment: Judgment, lena: User
) -> None:
    clause = replace(cast.quality_criterion(), description="Something else.")
    release_next(project, lena, (clause,), {"quality": "breaking"}, "leave")
    now = cast.revise(judgment, quality=1).judgment
    assert now.version == judgment.version
    assert now.scores.get().criterion.version == judgment.version


def test_it_keeps_what_a_follow_up_took_over(
    project: Project, first: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    """And the judgment from which it took it over stays as it is."""
    cast.make_tasks(project, mo, judgments_per_task=1)
    before = cast.judged(rosa, project, **ALL_GOOD)
    criteria = reworded(five_criteria(), "light")
    version = release_next(project, lena, criteria, {"light": "breaking"}, "reask")
    make_again(version)
    before = cast.revise(before, **{**ALL_GOOD, "noise": 2}).judgment  # while nothing rests on it
    again = cast.submit(read_and_claim(rosa, project, version), light=1).judgment
    assert again is not None
    now = cast.revise(again, light=2).judgment
    scores = {score.criterion.key: score for score in now.scores.all()}
    assert {key: one.number for key, one in scores.items()} == {
        **ALL_GOOD, "noise": 2, "light": 2,
    }  # fmt: skip
    assert {key: one.carried_from for key, one in scores.items()} == {
        **dict.fromkeys(KEYS, before), "light": None,
    }  # fmt: skip
    with pytest.raises(RevisionRefusedError, match="judged this task again since"):
        cast.revise(before, **{**ALL_GOOD, "noise": 1})


def test_it_asks_for_no_other_judgment_whatever_it_says(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """The stopping rule has spoken when the judgments came in."""
    Project.objects.update(stopping_rule="disagreement", judgments_per_task=2, most_judgments=3)
    project.refresh_from_db()
    cast.make_tasks(project, mo, judgments_per_task=2)
    first, second = cast.judged(rosa, project, quality=4), cast.judged(ravi, project, quality=4)
    cast.revise(first, quality=1)
    task = Task.objects.get()
    assert (task.state, task.judgments_per_task, task.judgments_added) == ("finished", 2, 0)
    assert [row.vote for row in Judgment.objects.current().order_by("vote")] == [1, 2]
    assert second.is_current
