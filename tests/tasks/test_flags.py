from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.models import ActionLog, Project, User
from rubrics.actions import publish_version, start_draft
from rubrics.models import RubricVersion
from tasks.actions import FlagAnsweredError, answer_flag, put_away_flag, raise_flag
from tasks.models import Flag, FlagKind, Task
from tests import cast


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    return cast.make_tasks(project, mo)[0]


def test_it_flags_a_task_that_was_given_to_the_evaluator(
    task: Task, project: Project, rosa: User
) -> None:
    cast.claim(rosa, project)
    flag = raise_flag(actor=rosa, task=task, kind=FlagKind.EDGE_CASE, note="Two moons")
    assert (flag.raised_by, flag.kind, flag.note, flag.state) == (
        rosa,
        "edge_case",
        "Two moons",
        "open",
    )


def test_it_refuses_who_was_not_given_the_task_but_not_a_reviewer(
    task: Task, rosa: User, otto: User, ada: User
) -> None:
    for person in (rosa, otto):
        with pytest.raises(PermissionDenied):
            raise_flag(actor=person, task=task, kind=FlagKind.POLICY)
    assert raise_flag(actor=ada, task=task, kind=FlagKind.POLICY).raised_by == ada


def test_it_replaces_the_note_of_an_open_flag_and_logs_both(task: Task, ada: User) -> None:
    raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="First")
    raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Second")
    assert Flag.objects.get().note == "Second"
    last = ActionLog.objects.filter(verb="flag:raise").order_by("-position").first()
    assert last is not None
    assert (last.before["note"], last.after["note"]) == ("First", "Second")


def test_it_changes_nothing_the_second_time(task: Task, ada: User) -> None:
    raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Same")
    raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Same")
    assert ActionLog.objects.filter(verb="flag:raise").count() == 1


def test_it_raises_a_new_flag_after_the_first_was_answered(task: Task, ada: User) -> None:
    first = raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE)
    Flag.objects.filter(pk=first.pk).update(state=Flag.State.ANSWERED)
    assert raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE) != first


@pytest.fixture
def flag(task: Task, ada: User) -> Flag:
    return raise_flag(
        actor=ada, task=task, kind=FlagKind.UNCLEAR_GUIDELINE, note="Blur on purpose?"
    )


def test_it_keeps_a_leads_answer_with_who_and_when(flag: Flag, lena: User) -> None:
    flag = answer_flag(actor=lena, flag=flag, answer=" Judge it as blur. ")
    assert (flag.state, flag.answer, flag.answered_by) == ("answered", "Judge it as blur.", lena)
    assert flag.answered_at is not None
    entry = ActionLog.objects.get(verb="flag:answer")
    assert (entry.actor, entry.after["answer"]) == (lena, "Judge it as blur.")


def test_it_refuses_an_answer_by_whoever_is_not_a_lead(
    flag: Flag, ada: User, rosa: User, mo: User, otto: User
) -> None:
    for person in (ada, rosa, mo, otto):
        with pytest.raises(PermissionDenied):
            answer_flag(actor=person, flag=flag, answer="No")
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN


def test_it_refuses_an_empty_answer(flag: Flag, lena: User) -> None:
    with pytest.raises(ValueError, match="Write an answer"):
        answer_flag(actor=lena, flag=flag, answer="  ")


def test_it_keeps_the_first_of_two_different_answers(flag: Flag, lena: User) -> None:
    answer_flag(actor=lena, flag=flag, answer="First")
    with pytest.raises(FlagAnsweredError, match="Lena has answered") as caught:
        answer_flag(actor=lena, flag=flag, answer="Second")
    assert caught.value.flag.answer == "First"


def test_it_changes_nothing_when_the_same_answer_comes_twice(flag: Flag, lena: User) -> None:
    answer_flag(actor=lena, flag=flag, answer="Same")
    answer_flag(actor=lena, flag=flag, answer="Same")
    assert ActionLog.objects.filter(verb="flag:answer").count() == 1


def test_it_keeps_the_clause_a_flag_is_about(task: Task, ada: User) -> None:
    flag = raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, criterion_key="quality")
    assert flag.criterion_key == "quality"
    again = raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Now in general")
    again.refresh_from_db()
    assert (again.pk, again.criterion_key, again.note) == (flag.pk, "", "Now in general")


def test_it_refuses_a_clause_that_the_rubric_does_not_have(task: Task, ada: User) -> None:
    with pytest.raises(ValueError, match="no such clause"):
        raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, criterion_key="beauty")
    assert not Flag.objects.exists()


def test_it_is_answered_by_a_release_of_the_project_only(
    flag: Flag, version: RubricVersion, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    with pytest.raises(ValueError, match="is no release of"):
        answer_flag(actor=lena, flag=flag, version=draft)
    second = publish_version(actor=lena, version=draft)
    found = answer_flag(actor=lena, flag=flag, version=second)
    assert (found.state, found.answered_in, found.answer) == ("answered", second, "")


def test_it_lets_the_person_who_flagged_put_the_answer_away(
    flag: Flag, ada: User, lena: User
) -> None:
    answer_flag(actor=lena, flag=flag, answer="It is blur.")
    assert list(Flag.objects.news_for(ada)) == [flag]
    first = put_away_flag(actor=ada, flag=flag)
    again = put_away_flag(actor=ada, flag=flag)
    assert again.seen_at == first.seen_at
    assert not Flag.objects.news_for(ada).exists()
    assert ActionLog.objects.filter(verb="flag:put_away").count() == 1


def test_it_lets_nobody_else_put_the_answer_away(
    flag: Flag, lena: User, rosa: User, otto: User
) -> None:
    answer_flag(actor=lena, flag=flag, answer="It is blur.")
    for person in (lena, rosa, otto):
        with pytest.raises(PermissionDenied):
            put_away_flag(actor=person, flag=flag)


def test_it_puts_nothing_away_before_there_is_an_answer(flag: Flag, ada: User) -> None:
    with pytest.raises(ValueError, match="no answer yet"):
        put_away_flag(actor=ada, flag=flag)
