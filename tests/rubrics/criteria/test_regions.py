from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.subject import Subject
from tests.rubrics.criteria.asking import LEFT, RIGHT, Asking, labels

ONE = Subject(images=(RIGHT,))
KINDS = labels("Hand", "Artifact")


def test_it_stores_a_mark_with_its_images_size_and_hash(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions", levels=KINDS, settings={"severities": ["mild"]})
    answer = asking.answer(
        it__where__0="34 52.125",
        it__image__0="1",
        it__label__0="hand",
        it__severity__0="mild",
    )
    assert answer.number == 1.0
    assert answer.data["marks"] == [
        {
            "image": 1,
            "sha256": "b" * 64,
            "width": 800,
            "height": 600,
            "shape": "point",
            "points": [[0.34, 0.52125]],
            "label": "hand",
            "severity": "mild",
        }
    ]
    assert asking.words(answer) == "#1 Hand, mild, point on image B"


def test_it_takes_boxes_and_outlines_in_any_row(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions")
    answer = asking.answer(ONE, it__where__7="1,1; 9,1; 5,8", it__where__2="40 60 10% 20%")
    shapes = [(mark["shape"], mark["points"]) for mark in answer.data["marks"]]
    assert shapes == [
        ("box", [[0.1, 0.2], [0.4, 0.6]]),
        ("polygon", [[0.01, 0.01], [0.09, 0.01], [0.05, 0.08]]),
    ]


def test_it_tells_none_found_from_no_answer(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions")
    answer = asking.answer(it__none="on", it__image__0="1", it__where__0=" ")
    assert (answer.number, answer.data) == (0.0, {"marks": []})
    assert asking.words(answer) == "None found"
    assert asking.error() == "It: mark what you see, or say “none found”."


def test_it_takes_the_only_label_as_said(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions", levels=labels("Hand"))
    assert asking.answer(ONE, it__where__0="1 1").data["marks"][0]["label"] == "hand"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"it__where__0": "1 1"}, "It: mark 1, choose its label."),
        ({"it__label__0": "hand"}, "It: mark 1, say where it is."),
        ({"it__where__0": "1 1", "it__label__0": "foot"}, "It: mark 1, choose among the answers"),
        ({"it__where__0": "1 101", "it__label__0": "hand"}, "It: mark 1, give percentages from 0"),
        ({"it__where__0": "-1 1", "it__label__0": "hand"}, "It: mark 1, give percentages from 0"),
        ({"it__where__0": "nan 1", "it__label__0": "hand"}, "It: mark 1, give its place in numb"),
        ({"it__where__0": "[1, 2]", "it__label__0": "hand"}, "It: mark 1, give its place in numb"),
        ({"it__where__0": "1e1 2", "it__label__0": "hand"}, "It: mark 1, give its place in numb"),
        ({"it__where__0": "1 2 3", "it__label__0": "hand"}, "It: mark 1, give two numbers for a "),
        ({"it__where__0": "1 2 1 9", "it__label__0": "hand"}, "It: mark 1, a box needs two oppos"),
        ({"it__where__0": "1 2 1 2 1 2", "it__label__0": "hand"}, "It: mark 1, an outline needs "),
        ({"it__where__0": "5 " * 402, "it__label__0": "hand"}, "It: mark 1, give two numbers for"),
        ({"it__where__0": "x" * 1_000_000, "it__label__0": "hand"}, "It: mark 1, an outline has "),
        ({"it__where__0": "1 1", "it__none": "on"}, "It: mark places or say “none found”, not b"),
        (
            {"it__where__0": "1 1", "it__label__0": "hand", "it__image__0": "9"},
            "It: mark 1, choose the image it is on.",
        ),
        (
            {"it__where__0": "1 1", "it__label__0": "hand", "it__severity__0": "mild"},
            "It: mark 1, choose among the answers shown.",
        ),
        (
            {f"it__where__{n}": "1 1" for n in range(3)},
            "It: give at most 2 marks; there are 3.",
        ),
    ],
)
def test_it_says_what_to_mend(
    project: Project, lena: User, data: dict[str, Any], sentence: str
) -> None:
    asking = Asking(project, lena, "regions", levels=KINDS, settings={"max": 2})
    assert asking.error(ONE, **data).startswith(sentence)


def test_it_refuses_a_shape_that_the_rubric_does_not_ask_for(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions", settings={"shapes": ["box", "point"]})
    assert asking.error(ONE, it__where__0="1 1 2 2 3 1") == "It: mark 1, mark a point or a box."


def test_it_draws_rows_to_fill_in_with_three_to_spare(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions", levels=KINDS)
    html = asking.page({"it-where-0": "34 52", "it-image-0": "1"})
    assert html.count("data-row=") == 4
    assert 'name="it-where-0" id="id_it_where_0" value="34 52"' in html
    assert '<option value="1" selected>Image B</option>' in html
    assert 'type="hidden" name="it-image-0" value="1"' in asking.page(None, ONE)


def test_it_marks_only_the_image_that_is_asked_about(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "regions", is_per_image=True)
    form = asking.form({"it-0-where-0": "1 1", "it-1-none": "on"}, Subject(images=(RIGHT, LEFT)))
    assert form.is_valid(), form.errors
    found = [(one.image.position, one.answer.number) for one in form.answers() if one.image]
    assert found == [(1, 0.0), (0, 1.0)]
    wrong = asking.form({"it-0-where-0": "1 1", "it-0-image-0": "1", "it-1-none": "on"})
    assert wrong.errors == {"it-0": ["It, image A: mark 1, choose the image it is on."]}
