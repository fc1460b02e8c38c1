"""Ready rubrics in a real browser: from the file to the stored judgment, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from tasks.models import Assignment
from tests.browser.conftest import SignIn
from tests.browser.work import active, open_task, press, stored, submit
from tests.protocols.test_protocols import make_task, release

Begin = Callable[[str], Page]


@pytest.fixture
def begin(
    transactional_db: None, sign_in: SignIn, project: Project, lena: User, mo: User, rosa: User
) -> Begin:
    """Return what releases a ready rubric, and opens a task like its sample for an evaluator."""

    def open_sample(slug: str) -> Page:
        make_task(project, mo, release(project, lena, slug))
        page = sign_in(rosa)
        open_task(page, project)
        return page

    return open_sample


def shown_order() -> list[int]:
    """Return the positions of the images in the order in which the evaluator sees them."""
    order: list[int] = Assignment.objects.get().image_order
    return order


def numbers(scores: dict[str, Any]) -> dict[str, float | None]:
    return {key: score.number for key, score in scores.items()}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what `selector` names has the focus."""
    wanted = page.locator(selector)
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def test_it_takes_an_opinion_score_with_one_key(begin: Begin) -> None:
    page = begin("koniq")
    press(page, "4")
    page.wait_for_url(lambda url: "/assignments/" not in url)
    assert numbers(stored()) == {"quality": 4}


def test_it_scores_the_fit_to_a_prompt_and_says_why(begin: Begin) -> None:
    page = begin("genai-bench")
    press(page, "2", "e")
    page.keyboard.type("There is no bowl.")
    scores = submit(page)
    assert numbers(scores) == {"alignment": 2}
    assert scores["alignment"].justification == "There is no bowl."


def test_it_compares_two_images_whatever_the_sides(begin: Begin) -> None:
    page = begin("pick-a-pic")
    assert active(page) == "fit"
    press(page, "1")
    assert active(page) == "looks"
    press(page, "2")
    order = shown_order()
    better_is_first = order == sorted(order)
    assert numbers(submit(page)) == {"fit": -1 if better_is_first else 1, "looks": 0}


def test_it_marks_places_and_words_and_then_scores(begin: Begin) -> None:
    page = begin("richhf")
    assert active(page) == "flawed_places"
    press(page, "m", "1", "m", "2", "j")
    assert active(page) == "missed_words"
    press(page, "ArrowRight", "1", "ArrowRight", "2", "j")
    assert active(page) == "plausibility"
    press(page, "2", "3", "4", "5")
    scores = submit(page)
    places = scores["flawed_places"].data["marks"]
    assert [(mark["label"], mark["points"]) for mark in places] == [
        ("implausible", [[0.5, 0.5]]),
        ("misaligned", [[0.5, 0.5]]),
    ]
    assert scores["missed_words"].data["marks"] == [
        {"word": 0, "text": "Two", "label": "missing"},
        {"word": 1, "text": "children", "label": "wrong"},
    ]
    given = [scores[key].number for key in ("plausibility", "alignment", "aesthetics", "overall")]
    assert given == [2, 3, 4, 5]


def test_it_rates_each_image_and_then_ranks_them_with_a_tie(begin: Begin) -> None:
    page = begin("imagereward")
    order = shown_order()
    assert active(page) == "prompt_kind"
    press(page, "2")
    for position in order[:3]:
        assert active(page) == f"problems-{position}"
        press(page, "0")
    assert active(page) == f"problems-{order[3]}"
    press(page, "3", "j")
    for criterion in ("alignment", "fidelity", "overall"):
        assert active(page) == f"{criterion}-{order[0]}"
        press(page, "7", "6", "6", "1")
    assert active(page) == "order"
    press(page, "1", "2", "2", "3")
    scores = submit(page)
    assert scores["prompt_kind"].level is not None
    assert scores["prompt_kind"].level.key == "animals"
    assert scores[f"problems-{order[3]}"].data["ticked"] == ["blurred"]
    assert [scores[f"problems-{position}"].number for position in order] == [0, 0, 0, 1]
    for criterion in ("alignment", "fidelity", "overall"):
        assert [scores[f"{criterion}-{position}"].number for position in order] == [7, 6, 6, 1]
    first, second, third, last = order
    assert scores["order"].data == {"ranks": [[first], sorted([second, third]), [last]]}


def test_it_reveals_what_is_to_be_moderated_and_says_why(begin: Begin) -> None:
    page = begin("moderation")
    picture = page.locator("[data-viewport] img")
    expect(picture).to_have_css("filter", "blur(40px)")
    tab_to(page, "button.veil")
    press(page, "Enter")
    expect(picture).to_have_css("filter", "none")
    assert active(page) == "violates"
    press(page, "2")
    assert active(page) == "category"
    press(page, "4")
    assert active(page) == "severity"
    press(page, "3", "e")
    page.keyboard.type("A person stands on the ledge of a high roof.")
    scores = submit(page)
    assert numbers(scores) == {"violates": 1, "category": 4, "severity": 3, "rationale": None}
    assert scores["rationale"].text == "A person stands on the ledge of a high roof."


def test_it_leaves_out_what_only_a_breach_is_asked(begin: Begin) -> None:
    page = begin("moderation")
    press(page, "1")
    assert active(page) == "rationale"
    press(page, "e")
    page.keyboard.type("Hills and a sun; nothing else is to be seen.")
    scores = submit(page)
    assert {key: score.state for key, score in scores.items()} == {
        "violates": "answered",
        "category": "void",
        "severity": "void",
        "rationale": "answered",
    }


def test_it_answers_point_by_point_and_says_how_sure(begin: Begin) -> None:
    page = begin("evalmuse")
    press(page, "1", "2", "1", "2", "1", "1")  # the dog is not black, the collar not red
    press(page, "4", "5", "3", "j", "2")
    scores = submit(page)
    answers = scores["parts"].data["answers"]
    assert {key for key, answer in answers.items() if answer == "no"} == {"black", "red"}
    assert scores["errors"].data["ticked"] == ["colour"]
    assert [scores[key].number for key in ("alignment", "structure", "confidence")] == [4, 5, 2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_offers_the_ready_rubrics_without_a_fault_axe_finds(
    transactional_db: None, sign_in: SignIn, project: Project, mo: User, scheme: str
) -> None:
    page = sign_in(mo, color_scheme=scheme)
    page.goto("/projects/new/")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    tab_to(page, "[name=rubric][value=empty]")
    press(page, "ArrowDown")
    expect(page.get_by_label("Flaws of a generated image, marked and scored")).to_be_checked()
