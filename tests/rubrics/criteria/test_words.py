from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.criteria import AnswerState
from rubrics.subject import Subject
from tests.rubrics.criteria.asking import Asking, labels

MISTAKES = labels("Missing", "Wrong")


def test_it_marks_words_of_the_prompt(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "words", levels=MISTAKES)
    answer = asking.answer(it__word__2="missing", it__word__1="wrong", it__word__0="")
    assert answer.number == 2.0
    assert answer.data["marks"] == [
        {"word": 1, "text": "red", "label": "wrong"},
        {"word": 2, "text": "bicycle", "label": "missing"},
    ]
    assert asking.words(answer) == "“red” wrong, “bicycle” missing"


def test_it_tells_no_mistakes_from_no_answer(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "words", levels=MISTAKES)
    answer = asking.answer(it__none="on")
    assert (answer.number, answer.data) == (0.0, {"marks": []})
    assert asking.words(answer) == "No mistakes"
    assert asking.error() == "It: mark words, or say “no mistakes”."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"it__word__0": "odd"}, "It: choose among the answers shown."),
        (
            {"it__word__0": "wrong", "it__none": "on"},
            "It: mark words or say “no mistakes”, not both.",
        ),
        ({"it__word__99": "wrong"}, "It: mark words, or say “no mistakes”."),
        ({"it__word__-1": "wrong"}, "It: mark words, or say “no mistakes”."),
    ],
)
def test_it_says_what_to_mend(
    project: Project, lena: User, data: dict[str, Any], sentence: str
) -> None:
    assert Asking(project, lena, "words", levels=MISTAKES).error(**data) == sentence


def test_it_draws_a_list_of_labels_for_each_word(project: Project, lena: User) -> None:
    html = Asking(project, lena, "words", levels=MISTAKES).page({"it-word-1": "wrong"})
    assert html.count("<select") == 3
    assert '<label for="id_it_1">red</label>' in html
    assert html.count(" selected") == 1


def test_it_is_void_without_a_prompt(project: Project, lena: User) -> None:
    answer = Asking(project, lena, "words", levels=MISTAKES).answer(Subject(prompt="  "))
    assert answer.state is AnswerState.VOID
