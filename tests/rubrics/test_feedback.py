"""Give feedback, answer it, put the answer away."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.models import ActionLog, Membership, Role, User
from rubrics.actions import (
    FeedbackAnsweredError,
    answer_feedback,
    give_feedback,
    publish_version,
    put_away_answer,
    start_draft,
)
from rubrics.models import Feedback, RubricVersion
from tests import cast


def release_next(version: RubricVersion, lead: User) -> RubricVersion:
    return publish_version(actor=lead, version=start_draft(actor=lead, rubric=version.rubric))


@pytest.fixture
def remark(version: RubricVersion, rosa: User) -> Feedback:
    return give_feedback(
        actor=rosa, version=version, criterion_key="quality", text="Is grain a fault?"
    )


def test_it_keeps_a_remark_with_its_clause_and_version(version: RubricVersion, rosa: User) -> None:
    found = give_feedback(actor=rosa, version=version, criterion_key="quality", text=" Why? ")
    found.refresh_from_db()
    assert (found.version, found.criterion_key, found.text) == (version, "quality", "Why?")
    assert (found.given_by, found.state) == (rosa, "open")
    entry = ActionLog.objects.get(verb="feedback:give")
    assert (entry.actor, entry.after["criterion"], entry.after["text"]) == (rosa, "quality", "Why?")


def test_it_takes_a_remark_on_the_instruction_and_on_an_older_release(
    version: RubricVersion, rosa: User, lena: User
) -> None:
    release_next(version, lena)
    assert give_feedback(actor=rosa, version=version, criterion_key="", text="Which task?").pk


def test_it_takes_remarks_from_members_only(version: RubricVersion, otto: User, rosa: User) -> None:
    Membership.objects.filter(user=rosa).delete()
    for person in (otto, rosa):
        with pytest.raises(PermissionDenied):
            give_feedback(actor=person, version=version, criterion_key="quality", text="Hm")
    assert not Feedback.objects.exists()


def test_it_refuses_a_remark_on_what_is_not_released(
    version: RubricVersion, rosa: User, lena: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    with pytest.raises(ValueError, match="is not released yet"):
        give_feedback(actor=rosa, version=draft, criterion_key="quality", text="Hm")
    with pytest.raises(ValueError, match="has no such clause"):
        give_feedback(actor=rosa, version=version, criterion_key="beauty", text="Hm")


@pytest.mark.parametrize(
    ("text", "sentence"), [(" \n", "Say what is unclear"), ("x" * 1001, "1000 characters at most")]
)
def test_it_refuses_an_empty_and_an_endless_remark(
    version: RubricVersion, rosa: User, text: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        give_feedback(actor=rosa, version=version, criterion_key="quality", text=text)


def test_it_gives_the_same_row_for_the_same_words(
    remark: Feedback, version: RubricVersion, rosa: User, ada: User
) -> None:
    again = give_feedback(
        actor=rosa, version=version, criterion_key="quality", text=f"{remark.text} "
    )
    assert again == remark
    assert ActionLog.objects.filter(verb="feedback:give").count() == 1
    for person, key in ((ada, "quality"), (rosa, "")):
        other = give_feedback(actor=person, version=version, criterion_key=key, text=remark.text)
        assert other != remark


def test_it_keeps_a_leads_answer_with_who_and_when(remark: Feedback, lena: User) -> None:
    found = answer_feedback(actor=lena, feedback=remark, answer=" Only coarse grain. ")
    found.refresh_from_db()
    assert (found.state, found.answer, found.answered_by) == (
        "answered",
        "Only coarse grain.",
        lena,
    )
    assert found.answered_at is not None
    assert found.answered_in is None
    entry = ActionLog.objects.get(verb="feedback:answer")
    assert (entry.actor, entry.after["answer"]) == (lena, "Only coarse grain.")


def test_it_answers_by_a_release(remark: Feedback, version: RubricVersion, lena: User) -> None:
    second = release_next(version, lena)
    found = answer_feedback(actor=lena, feedback=remark, version=second)
    assert (found.state, found.answered_in, found.answer) == ("answered", second, "")


def test_it_refuses_an_answer_by_whoever_is_not_a_lead(
    remark: Feedback, rosa: User, ada: User, mo: User, otto: User
) -> None:
    for person in (rosa, ada, mo, otto):
        with pytest.raises(PermissionDenied):
            answer_feedback(actor=person, feedback=remark, answer="No")
    remark.refresh_from_db()
    assert remark.state == Feedback.State.OPEN


def test_it_refuses_an_answer_that_says_nothing_or_names_no_release(
    remark: Feedback, version: RubricVersion, lena: User
) -> None:
    other = cast.make_project("other")
    cast.join(other, lena, Role.LEAD)
    draft = start_draft(actor=lena, rubric=version.rubric)
    with pytest.raises(ValueError, match="Write an answer"):
        answer_feedback(actor=lena, feedback=remark, answer=" ")
    for wrong in (draft, cast.release_rubric(other, lena)):
        with pytest.raises(ValueError, match="is no release of"):
            answer_feedback(actor=lena, feedback=remark, answer="See there", version=wrong)


def test_it_keeps_the_first_of_two_different_answers(remark: Feedback, lena: User) -> None:
    answer_feedback(actor=lena, feedback=remark, answer="First")
    with pytest.raises(FeedbackAnsweredError, match="Lena has answered") as caught:
        answer_feedback(actor=lena, feedback=remark, answer="Second")
    assert caught.value.feedback.answer == "First"


def test_it_changes_nothing_when_the_same_answer_comes_twice(remark: Feedback, lena: User) -> None:
    for _ in range(2):
        answer_feedback(actor=lena, feedback=remark, answer="Same")
    assert ActionLog.objects.filter(verb="feedback:answer").count() == 1


@pytest.fixture
def answered(remark: Feedback, lena: User) -> Feedback:
    return answer_feedback(actor=lena, feedback=remark, answer="Only coarse grain.")


def test_it_tells_the_person_who_asked_until_the_answer_is_put_away(
    answered: Feedback, rosa: User, ravi: User
) -> None:
    assert list(Feedback.objects.news_for(rosa)) == [answered]
    assert not Feedback.objects.news_for(ravi).exists()
    assert put_away_answer(actor=rosa, feedback=answered).seen_at is not None
    assert not Feedback.objects.news_for(rosa).exists()
    assert ActionLog.objects.get(verb="feedback:put_away").actor == rosa


def test_it_tells_nobody_who_has_left_the_project(answered: Feedback, rosa: User) -> None:
    Membership.objects.filter(user=rosa).delete()
    assert not Feedback.objects.news_for(rosa).exists()


def test_it_lets_nobody_else_put_an_answer_away(
    answered: Feedback, ravi: User, lena: User, otto: User
) -> None:
    for person in (ravi, lena, otto):
        with pytest.raises(PermissionDenied):
            put_away_answer(actor=person, feedback=answered)
    answered.refresh_from_db()
    assert answered.seen_at is None


def test_it_puts_nothing_away_before_there_is_an_answer(remark: Feedback, rosa: User) -> None:
    with pytest.raises(ValueError, match="no answer yet"):
        put_away_answer(actor=rosa, feedback=remark)


def test_it_puts_an_answer_away_once(answered: Feedback, rosa: User) -> None:
    first = put_away_answer(actor=rosa, feedback=answered)
    again = put_away_answer(actor=rosa, feedback=answered)
    assert again.seen_at == first.seen_at
    assert ActionLog.objects.filter(verb="feedback:put_away").count() == 1
