from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from rubrics.actions import DraftConflictError, give_feedback
from rubrics.models import Feedback, RubricVersion
from tasks.actions import answer_flag, raise_flag, release_version
from tasks.models import Flag, FlagKind, FollowUp
from tests import cast
from tests.tasks.release_data import KEYS, five_criteria, release_next, reworded

BREAKING = {"light": "breaking"}


def release(lena: User, draft: RubricVersion, **options: Any) -> RubricVersion:
    given = {"decisions": BREAKING, "older_work": "reask", "release_notes": "Edges."} | options
    return release_version(actor=lena, version=draft, **given)


def test_it_publishes_and_wants_the_changed_criterion_asked_again(
    first: RubricVersion, draft: RubricVersion, lena: User
) -> None:
    released = release(lena, draft)
    first.refresh_from_db()
    assert (first.state, released.state, released.older_work) == ("retired", "published", "reask")
    follow_up = FollowUp.objects.get()
    assert (follow_up.version, follow_up.criteria) == (released, ["light"])
    assert follow_up.work_state == WorkState.WAITING
    entry = ActionLog.objects.get(verb="follow_up:start")
    assert entry.after == {"older_work": "reask", "criteria": ["light"]}


def test_it_wants_everything_again_where_older_work_is_redone(
    draft: RubricVersion, lena: User
) -> None:
    release(lena, draft, older_work="redo")
    assert FollowUp.objects.get().criteria == []


def test_it_asks_what_rests_on_a_changed_gate_as_well(project: Project, lena: User) -> None:
    gated = (replace(five_criteria()[0], gate_low=1, gate_high=1), *five_criteria()[1:])
    cast.release_rubric(project, lena, *gated)
    criteria = reworded(gated, "sharpness")
    release_next(project, lena, criteria, {"sharpness": "breaking"}, "reask")
    assert FollowUp.objects.get().criteria == list(KEYS)


@pytest.mark.parametrize(
    ("decisions", "older_work"), [({"light": "clarifying"}, "keep"), (BREAKING, "leave")]
)
def test_it_asks_nothing_again_where_older_work_stays(
    draft: RubricVersion, lena: User, decisions: dict[str, str], older_work: str
) -> None:
    release(lena, draft, decisions=decisions, older_work=older_work)
    assert not FollowUp.objects.exists()


def test_it_answers_the_feedback_and_flags_that_the_lead_names(
    project: Project, first: RubricVersion, draft: RubricVersion, lena: User, rosa: User, mo: User
) -> None:
    named, other = (
        give_feedback(actor=rosa, version=first, criterion_key="light", text=text)
        for text in ("Which light?", "And at night?")
    )
    [task] = cast.make_tasks(project, mo)
    flag = raise_flag(
        actor=lena, task=task, kind=FlagKind.UNCLEAR_GUIDELINE, note="?", criterion_key="light"
    )
    released = release(lena, draft, feedback=[named.pk], flags=[flag.pk])
    named.refresh_from_db()
    other.refresh_from_db()
    flag.refresh_from_db()
    assert (named.state, named.answered_in) == (Feedback.State.ANSWERED, released)
    assert (flag.state, flag.answered_in) == (Flag.State.ANSWERED, released)
    assert other.state == Feedback.State.OPEN


def test_it_leaves_what_was_answered_meanwhile_and_what_belongs_elsewhere(
    project: Project, first: RubricVersion, draft: RubricVersion, lena: User, otto: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    flag = raise_flag(actor=lena, task=task, kind=FlagKind.POLICY, note="?")
    answer_flag(actor=lena, flag=flag, answer="Yes.")
    elsewhere = Project.objects.get(slug="elsewhere")
    foreign = give_feedback(
        actor=otto,
        version=cast.release_rubric(elsewhere, otto),
        criterion_key="quality",
        text="What is quality?",
    )
    release(lena, draft, feedback=[foreign.pk, 999_999], flags=[flag.pk])
    flag.refresh_from_db()
    foreign.refresh_from_db()
    assert (flag.answer, flag.answered_in) == ("Yes.", None)
    assert foreign.state == Feedback.State.OPEN


def test_it_refuses_whoever_does_not_lead_the_project(
    draft: RubricVersion, rosa: User, ada: User, mo: User, otto: User
) -> None:
    for person in (rosa, ada, mo, otto):
        with pytest.raises(PermissionDenied):
            release(person, draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_changes_nothing_where_the_draft_is_another_by_now(
    draft: RubricVersion, lena: User
) -> None:
    with pytest.raises(DraftConflictError):
        release(lena, draft, seen="0" * 64)
    assert not FollowUp.objects.exists()


def test_it_changes_nothing_when_released_twice(
    first: RubricVersion, draft: RubricVersion, lena: User, rosa: User
) -> None:
    remark = give_feedback(actor=rosa, version=first, criterion_key="light", text="Which light?")
    release(lena, draft)
    again = release(lena, draft, older_work="redo", release_notes="Other", feedback=[remark.pk])
    assert (again.older_work, again.release_notes) == ("reask", "Edges.")
    assert FollowUp.objects.get().criteria == ["light"]
    remark.refresh_from_db()
    assert remark.state == Feedback.State.OPEN
    assert ActionLog.objects.filter(verb="follow_up:start").count() == 1
