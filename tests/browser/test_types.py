"""Every type of criterion in a real browser: by keyboard alone, and without scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Judgment, Task
from tests import cast, paint
from tests.browser.conftest import SignIn, levels
from tests.browser.work import active, open_task, press, stored, submit

SUNS = ((250, 210, 90), (200, 9, 9), (9, 9, 200))
PROMPT = "A red kite over a pier"
QUESTIONS = [
    {"key": "kite", "text": "Is there a kite?"},
    {"key": "red", "text": "Is the kite red?", "parent": "kite"},
    {"key": "pier", "text": "Is there a pier?"},
]

PAIR = CriterionSpec("pair", "pairwise", "Better image", settings={"steps": 5})
RANK = CriterionSpec("order", "rank", "Order")
MULTI = CriterionSpec("faults", "multi", "Faults", levels=levels("Noise", "Blur", "Banding"))
GRAVE = CriterionSpec(
    "grave",
    "multi",
    "Grave faults",
    levels=levels("Noise", "Blur"),
    settings={"severities": ["mild", "grave"]},
)
WORDS = CriterionSpec("words", "words", "Words", levels=levels("Missing", "Wrong"))
LINES = CriterionSpec("lines", "questions", "Questions")
COUNT = CriterionSpec("fingers", "count", "Fingers")
BEAUTY = CriterionSpec("beauty", "scale", "Beauty")
REMARK = CriterionSpec("remark", "text", "Remark", justification_rule="never")
MARKS = CriterionSpec(
    "marks",
    "regions",
    "Marks",
    levels=(LevelSpec(1, "Hand", key="hand"), LevelSpec(2, "Artifact", key="artifact")),
    settings={"shapes": ["point", "box"]},
)
SURE = CriterionSpec("sure", "confidence", "Confidence", levels=levels("A guess", "Fairly", "Sure"))
KIND = CriterionSpec("kind", "choice", "Kind", levels=levels("Photo", "Drawing"))
SHARP = CriterionSpec(
    "sharp", "ordinal", "Sharpness", levels=levels("Soft", "Sharp"), is_per_image=True
)


def make_task(project: Project, mo: User, images: int = 1) -> Task:
    [task] = cast.make_tasks(project, mo, prompt=PROMPT, questions=QUESTIONS)
    pictures = [paint.draw_scene(1200, 800, sun=sun) for sun in SUNS[:images]]
    paint.hang(task, *(("candidate", picture) for picture in pictures))
    return task


def named(page: Page, name: str) -> Any:
    return page.locator(f"[name='{name}']")


def test_it_compares_ranks_and_rates_each_image_by_keyboard(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, SHARP, PAIR, RANK, SURE)
    make_task(project, mo, images=2)
    page = sign_in(rosa)
    open_task(page, project)
    assert active(page) == "sharp-0"
    press(page, "1")
    assert active(page) == "sharp-1"
    press(page, "2")
    assert active(page) == "pair"
    press(page, "4")  # the right one is slightly better
    assert active(page) == "order"
    press(page, "2", "1")
    assert active(page) == "sure"
    press(page, "3")
    scores = submit(page)
    assert (scores["sharp-0"].number, scores["sharp-1"].number) == (1, 2)
    assert scores["pair"].number == 1
    assert scores["order"].data == {"ranks": [[1], [0]]}
    assert scores["sure"].number == 3


def test_it_ticks_counts_and_writes_by_keyboard(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MULTI, GRAVE, KIND, COUNT, BEAUTY, REMARK)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "1", "3", "1")  # ticked, ticked, taken back
    press(page, "j", "2", "2")  # the second option, its second severity
    press(page, "j", "2")
    assert active(page) == "fingers"
    press(page, "1", "1", "Enter", "7", "5", "Enter", "e")
    page.keyboard.type("Eleven fingers")
    scores = submit(page)
    third = project_level("faults", 3)
    assert scores["faults"].data == {"ticked": [third], "severities": {}}
    second = project_level("grave", 2)
    assert scores["grave"].data == {"ticked": [second], "severities": {second: "grave"}}
    assert scores["kind"].number == 2
    assert (scores["fingers"].number, scores["beauty"].number) == (11, 75)
    assert scores["remark"].text == "Eleven fingers"


def project_level(criterion: str, value: int) -> str:
    row = Judgment.objects.get().version.criteria.get(key=criterion)
    return row.levels.get(value=value).key


def test_it_says_by_one_key_that_nothing_is_there(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MULTI, WORDS, MARKS)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "1", "0")
    assert active(page) == "words"
    press(page, "0", "0")
    scores = submit(page)
    assert [scores[key].number for key in ("faults", "words", "marks")] == [0, 0, 0]


def test_it_marks_words_and_answers_questions_by_keyboard(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    version = cast.release_rubric(project, lena, WORDS, LINES)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "ArrowRight", "ArrowRight", "1", "ArrowRight", "2", "ArrowLeft", "2")
    press(page, "j", "2")  # no kite: whether it is red is not asked
    expect(named(page, "lines-red").first).to_be_hidden()
    press(page, "3")
    scores = submit(page)
    missing, wrong = version.criteria.get(key="words").levels.all()
    assert scores["words"].data["marks"] == [
        {"word": 1, "text": "red", "label": wrong.key},
        {"word": 2, "text": "kite", "label": wrong.key},
    ]
    assert missing.key != wrong.key
    answers = scores["lines"].data["answers"]
    assert answers == {"kite": "no", "red": "void", "pier": "unsure"}


def test_it_marks_regions_by_keyboard(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MARKS)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "m")
    where = named(page, "marks-where-0")
    expect(where).to_have_value("50 50")
    expect(page.locator("svg.marks .mark")).to_be_focused()
    press(page, "2", "Shift+ArrowRight", "ArrowUp", "m", "1", "m")
    expect(page.locator("svg.marks .mark")).to_have_count(3)
    for number in range(4):  # a row for each mark, and one for the next
        expect(named(page, f"marks-where-{number}")).to_be_visible()
    press(page, "Delete")
    expect(page.locator("svg.marks .mark")).to_have_count(2)
    shown = [float(number) for number in where.input_value().split()]
    box = page.locator("[data-viewport] img").bounding_box()
    assert box is not None
    moved = [50 + 1000 / box["width"], 50 - 100 / box["height"]]
    assert shown == pytest.approx(moved, abs=0.001)
    scores = submit(page)
    first, second = scores["marks"].data["marks"]
    assert [point * 100 for point in first["points"][0]] == pytest.approx(shown, abs=1e-6)
    assert (first["label"], second["label"]) == ("artifact", "hand")
    assert second["points"] == [[0.5, 0.5]]


def test_it_names_the_clause_of_a_mark_where_several_criteria_have_marks(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    clones = replace(MARKS, key="clones", title="Clones")
    cast.release_rubric(project, lena, MARKS, clones)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "m", "1")
    page.locator("#criterion-clones").focus()
    press(page, "m", "1", "m", "2")
    expect(page.locator("svg.marks text")).to_have_text(["1.1", "2.1", "2.2"])
    expect(page.get_by_role("button", name="Mark 2.2, Artifact")).to_be_focused()
    expect(page.get_by_label("Mark 2.1, place in percent")).to_have_value("50 50")
    scores = submit(page)
    page.goto(reverse("judgment", args=[scores["clones"].judgment_id]))
    for words in ("#1.1 Hand, point on image", "#2.1 Hand, point", "#2.2 Artifact, point"):
        expect(page.locator(".answers")).to_contain_text(words)


def test_it_scrolls_the_criteria_and_never_the_page(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, *(replace(MARKS, key=f"marks_{n}") for n in range(6)))
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    page.locator("#criterion-marks_5").focus()
    assert page.locator(".criteria").evaluate("(list) => list.scrollTop") > 0
    assert page.evaluate("document.scrollingElement.scrollHeight - innerHeight") == 0


def test_it_marks_regions_by_mouse_the_same_as_in_the_list(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MARKS)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    box = page.locator("[data-viewport] img").bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100

    page.mouse.click(*at(25, 75))
    press(page, "1")
    page.mouse.move(*at(60, 60))
    page.mouse.down()
    page.mouse.move(*at(50, 40), steps=3)
    page.mouse.move(*at(30, 20), steps=3)
    page.mouse.up()
    press(page, "2")
    marks = page.locator("svg.marks .mark")
    expect(marks).to_have_count(2)
    rows = [named(page, f"marks-where-{n}").input_value() for n in range(2)]
    numbers = [[float(one) for one in row.split()] for row in rows]
    assert numbers[0] == pytest.approx([25, 75], abs=0.2)
    assert sorted(numbers[1]) == pytest.approx([20, 30, 60, 60], abs=0.2)
    # What is typed into the list moves the mark; zoom takes it along.
    named(page, "marks-where-0").fill("10 90")
    disc = marks.first.locator("circle").bounding_box()
    assert disc is not None
    assert (disc["x"] + disc["width"] / 2, disc["y"] + disc["height"] / 2) == pytest.approx(
        at(10, 90), abs=1
    )
    page.locator("#criterion-marks").focus()
    press(page, "z")
    larger = page.locator("[data-viewport] img").bounding_box()
    layer = page.locator("svg.marks").bounding_box()
    assert larger == layer
    scores = submit(page)
    first, second = scores["marks"].data["marks"]
    assert first["points"] == [[0.1, 0.9]]
    assert (second["shape"], second["label"]) == ("box", "artifact")
    (left, top), (right, bottom) = second["points"]
    assert (left, top, right, bottom) == pytest.approx((0.3, 0.2, 0.6, 0.6), abs=0.002)


def test_it_brings_marks_back_after_a_reload(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MARKS, MULTI)
    make_task(project, mo)
    page = sign_in(rosa)
    open_task(page, project)
    for _ in range(5):
        press(page, "m", "1")
    page.locator("#criterion-faults").focus()
    press(page, "1", "3")
    page.reload()
    expect(page.locator("svg.marks .mark")).to_have_count(5)
    expect(named(page, "faults").nth(0)).to_be_checked()
    expect(named(page, "faults").nth(1)).not_to_be_checked()
    expect(named(page, "faults").nth(2)).to_be_checked()


def test_it_takes_regions_words_and_ranks_without_scripts(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User
) -> None:
    cast.release_rubric(project, lena, MARKS, WORDS, RANK)
    make_task(project, mo, images=2)
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("work", args=[project.slug]))
    named(page, "marks-where-0").fill("34 52")
    named(page, "marks-image-0").select_option("1")
    named(page, "marks-label-0").select_option("hand")
    named(page, "words-word-1").select_option(index=1)
    named(page, "order-rank-0").select_option("2")
    named(page, "order-rank-1").select_option("1")
    page.get_by_role("button", name="Submit", exact=False).last.click()
    page.wait_for_url(lambda url: "/assignments/" not in url)
    scores = stored()
    [mark] = scores["marks"].data["marks"]
    assert (mark["image"], mark["points"], mark["label"]) == (1, [[0.34, 0.52]], "hand")
    assert [mark["word"] for mark in scores["words"].data["marks"]] == [1]
    assert scores["order"].data == {"ranks": [[1], [0]]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_satisfies_axe_with_every_type(
    sign_in: SignIn, project: Project, rosa: User, lena: User, mo: User, scheme: str
) -> None:
    cast.release_rubric(
        project, lena, SHARP, PAIR, RANK, GRAVE, WORDS, LINES, MARKS, KIND, COUNT, BEAUTY,
        REMARK, SURE,
    )  # fmt: skip
    make_task(project, mo, images=2)
    page = sign_in(rosa, color_scheme=scheme)
    open_task(page, project)
    press(page, "1", "2")
    page.locator("#criterion-marks").focus()
    press(page, "m", "1")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
