from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.criteria import AnswerState
from rubrics.subject import Subject
from tests.rubrics.criteria.asking import LEFT, RIGHT, TASK, Asking

TURNED = Subject(images=(RIGHT, LEFT))


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ({"steps": 2}, ["-1", "1"]),
        ({}, ["-1", "0", "1"]),
        ({"ties": False}, ["-1", "1"]),
        ({"steps": 5}, ["-2", "-1", "0", "1", "2"]),
        ({"steps": 7, "ties": False}, ["-3", "-2", "-1", "1", "2", "3"]),
        ({"both_bad": True}, ["-1", "0", "1", "both_bad"]),
    ],
)
def test_it_offers_the_steps_of_the_rubric(
    project: Project, lena: User, rules: dict[str, Any], values: list[str]
) -> None:
    html = Asking(project, lena, "pairwise", settings=rules).page()
    assert html.count('type="radio"') == len(values)
    assert all(f'value="{value}"' in html for value in values)


def test_it_stores_the_same_whichever_side_an_image_was_on(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "pairwise", settings={"steps": 5})
    plain, turned = asking.answer(it="-2"), asking.answer(TURNED, it="2")
    assert plain == turned
    assert plain.number == -2.0
    assert asking.words(plain) == asking.words(plain, TURNED) == "Image A is much better"
    assert 'value="2" id="id_it_4" data-number="-2" checked' in asking.page({"it": "2"}, TURNED)


def test_it_tells_a_tie_from_both_being_bad(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "pairwise", settings={"both_bad": True})
    tie, bad = asking.answer(TURNED, it="0"), asking.answer(it="both_bad")
    assert (str(tie.number), tie.data) == ("0.0", {})
    assert (bad.number, bad.data) == (None, {"both_bad": True})
    assert (asking.words(tie), asking.words(bad)) == ("About the same", "Both are bad")


@pytest.mark.parametrize("typed", ["2", "0.5", "both_bad", "nan", "[]", "9" * 10_000])
def test_it_refuses_what_it_does_not_offer(project: Project, lena: User, typed: str) -> None:
    asking = Asking(project, lena, "pairwise")
    assert asking.error(it=typed) == "It: choose one of the answers shown."


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (Subject(images=(LEFT,)), "this task shows 1."),
        (Subject(), "this task shows none."),
    ],
)
def test_it_is_void_where_there_are_not_two_images(
    project: Project, lena: User, subject: Subject, words: str
) -> None:
    asking = Asking(project, lena, "pairwise")
    assert asking.answer(subject, it="1").state is AnswerState.VOID
    html = asking.page(None, subject)
    assert f"Two images are compared; {words}" in html
    assert 'data-required="false"' in html
    assert "<input" not in html


def test_it_asks_for_a_choice(project: Project, lena: User) -> None:
    assert Asking(project, lena, "pairwise").error(TASK) == "It: choose an answer."
