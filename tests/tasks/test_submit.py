from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from evalhub.models import ActionLog, Project, User
from rubrics.criteria import Answer, AnswerState, CriterionAnswer
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from rubrics.subject import SubjectImage
from tasks.actions import (
    Submission,
    SubmitConflictError,
    claim_next_task,
    set_roles,
    skip_task,
    submit_judgment,
)
from tasks.models import Assignment, Judgment, ParkedSubmit, SkipReason, Task
from tests import cast

LONG_AGO = timezone.now() - timedelta(days=1)


def submit(user: User, assignment: Assignment, quality: int = 4) -> Submission:
    return submit_judgment(
        actor=user,
        assignment=assignment,
        answers=cast.answer(assignment.version, {"quality": quality}),
        submit_key=assignment.submit_key,
    )


def lapse(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=LONG_AGO)


def test_it_stores_the_scores_under_the_version_shown(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=2)
    judgment = cast.judge(rosa, project, quality=5).judgment
    assert judgment is not None
    [score] = judgment.scores.all()
    assert (score.number, score.level and score.level.label) == (5.0, "Excellent")
    assert (judgment.version, judgment.evaluator, judgment.revision) == (version, rosa, 1)
    assert not judgment.is_late
    task.refresh_from_db()
    assert (task.judgments_done, task.state) == (1, Task.State.OPEN)
    assert ActionLog.objects.filter(verb="judgment:submit", actor=rosa).count() == 1


def test_it_finishes_a_task_with_its_last_judgment(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=2)
    cast.judge(rosa, project)
    cast.judge(ravi, project)
    task.refresh_from_db()
    assert task.state == Task.State.FINISHED


def test_it_refuses_somebody_elses_assignment_and_a_lost_role(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    with pytest.raises(PermissionDenied):
        submit(ravi, assignment)
    set_roles(actor=mo, project=project, user=rosa, roles=[])
    with pytest.raises(PermissionDenied):
        submit(rosa, assignment)
    assert not Judgment.objects.exists()


def test_it_gives_the_same_answer_to_the_same_submit(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    first, second = submit(rosa, assignment), submit(rosa, assignment)
    assert first.judgment == second.judgment
    assert (first.is_new, second.is_new) == (True, False)
    task.refresh_from_db()
    assert task.judgments_done == 1


def test_it_keeps_the_first_answer_when_a_second_tab_sends_another(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    submit(rosa, assignment, quality=4)
    with pytest.raises(SubmitConflictError) as conflict:
        submit(rosa, assignment, quality=1)
    assert conflict.value.judgment.scores.get().number == 4
    assert Judgment.objects.count() == 1


def test_it_refuses_answers_that_do_not_fit_the_version(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    with pytest.raises(ValueError, match="do not fit"):
        submit_judgment(
            actor=rosa, assignment=assignment, answers=[], submit_key=assignment.submit_key
        )


def gated(project: Project, lead: User) -> RubricVersion:
    """Release: feasible or not; where not, quality is void."""
    feasible = CriterionSpec(
        key="feasible",
        type="ordinal",
        title="Feasible",
        gate_low=0,
        gate_high=0,
        levels=(LevelSpec(0, "No"), LevelSpec(1, "Yes")),
    )
    return cast.release_rubric(project, lead, feasible, cast.quality_criterion())


def test_it_takes_only_what_the_gates_let_be_answered(
    project: Project, rosa: User, lena: User, mo: User
) -> None:
    version = gated(project, lena)
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    [no] = cast.answer(version, {"feasible": 0})
    [yes] = cast.answer(version, {"feasible": 1})
    [good] = cast.answer(version, {"quality": 4})
    void = CriterionAnswer(good.criterion, Answer(state=AnswerState.VOID))
    absent = CriterionAnswer(good.criterion, Answer(state=AnswerState.NOT_APPLICABLE))
    foreign = CriterionAnswer(good.criterion, replace(good.answer, level=yes.answer.level))
    about = replace(good, image=SubjectImage(0))
    for answers in (
        [no], [no, good], [yes], [yes, void], [good], [yes, good, good], [yes, absent],
        [yes, foreign], [yes, about],
    ):  # fmt: skip
        with pytest.raises(ValueError, match="do not fit"):
            submit_judgment(
                actor=rosa, assignment=assignment, answers=answers, submit_key=uuid.uuid4()
            )
    submit_judgment(
        actor=rosa, assignment=assignment, answers=[no, void], submit_key=assignment.submit_key
    )
    states = dict(Judgment.objects.get().scores.values_list("criterion__key", "state"))
    assert states == {"feasible": "answered", "quality": "void"}


def test_it_accepts_a_late_submit_while_the_place_is_free(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    assignment = cast.claim(rosa, project)
    lapse(assignment)
    judgment = submit(rosa, assignment).judgment
    assert judgment is not None
    assert judgment.is_late


def test_it_takes_another_free_place_when_its_own_was_given_away(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=2)
    late = cast.claim(rosa, project)
    lapse(late)
    cast.judge(ravi, project)
    assert submit(rosa, late).judgment is not None
    assert set(task.assignments.values_list("place", "state")) == {
        (1, "submitted"),
        (2, "submitted"),
    }


def test_it_parks_a_late_submit_whose_place_is_taken(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    cast.judge(ravi, project)
    first, again = submit(rosa, late, quality=2), submit(rosa, late, quality=2)
    assert first.judgment is None
    assert (first.parked, again.is_new) == (again.parked, False)
    assert ParkedSubmit.objects.get().answers["quality"]["number"] == 2
    task.refresh_from_db()
    assert task.judgments_done == 1


def test_it_parks_a_changed_late_submit_beside_the_first(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    lapse(late)
    cast.judge(ravi, project)
    first, changed, again = (submit(rosa, late, quality=quality) for quality in (2, 3, 3))
    assert first.parked != changed.parked
    assert (again.parked, again.is_new) == (changed.parked, False)


def test_it_keeps_what_was_submitted_in_one_tab_after_a_skip_in_another(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    skip_task(actor=rosa, assignment=assignment, reason=SkipReason.OTHER, note="Not sure")
    assert submit(rosa, assignment).judgment is not None


def test_it_keeps_the_version_a_task_was_opened_with(
    project: Project, version: RubricVersion, rosa: User, lena: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    assignment = cast.claim(rosa, project)
    cast.release_rubric(project, lena, cast.quality_criterion(is_required=False))
    judgment = submit(rosa, assignment).judgment
    assert judgment is not None
    assert judgment.version == version


@pytest.mark.parametrize("table", ["tasks_judgment", "tasks_score"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_it_is_append_only_in_the_database(
    project: Project, version: RubricVersion, rosa: User, mo: User, table: str, statement: str
) -> None:
    cast.make_tasks(project, mo)
    cast.judge(rosa, project)
    with (
        pytest.raises(DatabaseError, match="is never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_it_never_counts_more_judgments_than_asked(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=1)
    cast.judge(rosa, project)
    assert claim_next_task(actor=ravi, project=project) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(judgments_done=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(
            task=task,
            project=project,
            evaluator=ravi,
            version=version,
            place=2,
            places=1,
            leased_until=LONG_AGO,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(
            task=task,
            project=project,
            evaluator=ravi,
            version=version,
            place=1,
            places=1,
            leased_until=LONG_AGO,
        )


def test_it_refuses_one_key_for_two_assignments(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=2)
    key = uuid.uuid4()
    first, second = cast.claim(rosa, project), cast.claim(ravi, project)
    answers = cast.answer(version, {"quality": 3})
    submit_judgment(actor=rosa, assignment=first, answers=answers, submit_key=key)
    with pytest.raises(DatabaseError), transaction.atomic():
        submit_judgment(actor=ravi, assignment=second, answers=answers, submit_key=key)
