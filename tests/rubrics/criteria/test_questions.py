from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.criteria import Answer, AnswerState
from rubrics.subject import Subject, read_questions
from tests.rubrics.criteria.asking import Asking


def test_it_keeps_an_answer_for_each_question(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "questions")
    answer = asking.answer(it__dog="yes", it__brown="unsure", it__dark="wrong")
    assert answer.number is None
    assert answer.data["answers"] == {"dog": "yes", "brown": "unsure", "dark": "wrong"}
    assert asking.words(answer) == (
        "Is there a dog? Yes · Is the dog brown? Unsure · Is it dark brown? This question is wrong"
    )


def test_it_shows_the_answers_in_the_order_of_the_task(project: Project, lena: User) -> None:
    kept_otherwise = Answer(data={"answers": {"dark": "wrong", "dog": "yes", "brown": "no"}})
    assert Asking(project, lena, "questions").words(kept_otherwise) == (
        "Is there a dog? Yes · Is the dog brown? No · Is it dark brown? This question is wrong"
    )


def test_it_makes_everything_below_a_no_void(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "questions")
    answer = asking.answer(it__dog="no", it__brown="yes")
    assert answer.data["answers"] == {"dog": "no", "brown": "void", "dark": "void"}


@pytest.mark.parametrize(
    ("rules", "data", "sentence"),
    [
        ({}, {}, "It: answer every question."),
        ({}, {"it__dog": "yes"}, "It: answer “Is the dog brown?”."),
        ({}, {"it__brown": "yes"}, "It: answer “Is there a dog?”."),
        ({}, {"it__dog": "void"}, "It: choose among the answers shown."),
        ({"unsure": False}, {"it__dog": "unsure"}, "It: choose among the answers shown."),
        ({"wrong": False}, {"it__dog": "wrong"}, "It: choose among the answers shown."),
    ],
)
def test_it_says_what_to_mend(
    project: Project, lena: User, rules: dict[str, Any], data: dict[str, Any], sentence: str
) -> None:
    assert Asking(project, lena, "questions", settings=rules).error(**data) == sentence


def test_it_draws_each_question_with_its_answers(project: Project, lena: User) -> None:
    html = Asking(project, lena, "questions").page({"it-dog": "no"})
    assert html.count('type="radio"') == 12
    assert 'name="it-dog" value="no" id="id_it-dog_1" checked' in html
    assert 'data-question="brown" data-parent="dog"' in html


def test_it_is_void_where_the_task_carries_no_questions(project: Project, lena: User) -> None:
    answer = Asking(project, lena, "questions").answer(Subject())
    assert answer.state is AnswerState.VOID


@pytest.mark.parametrize("key", ["why", "na", "two words", "x" * 61, "<b>"])
def test_it_takes_no_key_that_can_be_no_fields_name(key: str) -> None:
    with pytest.raises(ValueError, match="Question 1 cannot have the key"):
        read_questions([{"key": key, "text": "Is there a dog?"}])
