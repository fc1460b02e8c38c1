from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.criteria import AnswerState
from rubrics.subject import Subject
from tests.rubrics.criteria.asking import LEFT, RIGHT, Asking

THREE = Subject(images=(RIGHT, LEFT, replace(LEFT, position=2, name="Image C")))


def ranks(first: str, second: str, third: str) -> dict[str, Any]:
    return {"it__rank__0": first, "it__rank__1": second, "it__rank__2": third}


def test_it_keeps_the_order_by_position_whatever_is_shown_first(
    project: Project, lena: User
) -> None:
    asking = Asking(project, lena, "rank")
    answer = asking.answer(THREE, **ranks("2", "3", "1"))
    assert (answer.number, answer.data) == (None, {"ranks": [[2], [0], [1]]})
    assert asking.words(answer, THREE) == "Image C, then Image A, then Image B"


def test_it_puts_equal_ranks_together(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "rank")
    answer = asking.answer(THREE, **ranks("1", "3", "1"))
    assert answer.data == {"ranks": [[0, 2], [1]]}
    assert asking.words(answer, THREE) == "Image A = Image C, then Image B"


@pytest.mark.parametrize(
    ("rules", "given", "sentence"),
    [
        ({}, ("", "", ""), "It: rank every image."),
        ({}, ("1", "", ""), "It: give every image a rank; still without: Image B, Image C."),
        ({}, ("1", "2", "4"), "It: choose among the answers shown."),
        ({}, ("1", "2", "9" * 5000), "It: choose among the answers shown."),
        ({}, ("1", "2", "٣"), "It: choose among the answers shown."),
        ({"ties": False}, ("1", "2", "2"), "It: give each rank once; ties are not allowed."),
    ],
)
def test_it_says_what_to_mend(
    project: Project, lena: User, rules: dict[str, Any], given: Any, sentence: str
) -> None:
    asking = Asking(project, lena, "rank", settings=rules)
    assert asking.error(THREE, **ranks(*given)) == sentence


def test_it_draws_a_list_of_ranks_for_each_image_as_shown(project: Project, lena: User) -> None:
    html = Asking(project, lena, "rank").page({"it-rank-0": "3"}, THREE)
    assert html.index('name="it-rank-1"') < html.index('name="it-rank-0"')
    assert '<option value="3" selected>3</option>' in html


def test_it_is_void_for_a_single_image(project: Project, lena: User) -> None:
    answer = Asking(project, lena, "rank").answer(Subject(images=(LEFT,)))
    assert answer.state is AnswerState.VOID
