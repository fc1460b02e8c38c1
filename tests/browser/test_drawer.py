"""The guideline drawer of the work page, and the field under each clause."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from evalhub.models import Project, User
from rubrics.actions import answer_feedback, give_feedback, publish_version, start_draft
from rubrics.models import Feedback, RubricVersion
from tasks.models import Task
from tests.browser.conftest import SignIn
from tests.browser.work import active, open_task


def open_drawer(page: Page) -> None:
    page.keyboard.press("h")
    expect(page.locator("#guideline-drawer [data-guideline]")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the module of the remarks is there


def test_it_opens_at_the_active_criterion_and_gives_the_focus_back(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.keyboard.press("4")
    page.keyboard.press("e")
    page.keyboard.type("Half of it, and h is a letter")
    page.keyboard.press("Escape")
    assert active(page) == "alignment"
    open_drawer(page)
    heading = page.locator("#clause-alignment-title")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(page.locator("#drawer-title")).to_be_in_viewport()
    expect(page.locator("#guideline-drawer")).to_contain_text("Give this when it is half.")
    page.keyboard.press("h")
    expect(page.locator("#guideline-drawer")).to_be_hidden()
    expect(page.locator("#criterion-alignment")).to_be_focused()
    expect(page.locator("#id_plausibility_3")).to_be_checked()
    expect(page.locator("#id_alignment-why")).to_have_value("Half of it, and h is a letter")
    page.keyboard.press("k")
    open_drawer(page)
    expect(page.locator("#clause-plausibility-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#guideline-drawer")).to_be_hidden()


def test_it_shows_the_version_of_the_assignment(
    sign_in: SignIn,
    project: Project,
    rubric: RubricVersion,
    tasks: list[Task],
    rosa: User,
    lena: User,
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    publish_version(actor=lena, version=start_draft(actor=lena, rubric=rubric.rubric))
    open_drawer(page)
    expect(page.locator("#drawer-title")).to_have_text("Guideline v1")
    page.locator("#unclear-beauty").fill("Beauty of what?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sent]")).to_be_focused()
    assert Feedback.objects.get().version == rubric


def test_it_sends_a_remark_and_keeps_what_is_typed_until_it_is_taken(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    page.add_init_script("console.error = () => {}")  # where htmx tells of the cut line too
    open_task(page, project)
    open_drawer(page)
    field = page.locator("#unclear-plausibility")
    field.press_sequentially("Is a house plausible?")

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/feedback/", cut)
    page.keyboard.press("Enter")
    expect(page.locator("#unclear-plausibility-error")).to_contain_text("could not be sent")
    page.unroute("**/feedback/", cut)
    page.reload()
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    open_drawer(page)
    expect(field).to_have_value("Is a house plausible?")
    page.locator("#remarks-plausibility").get_by_role("button").click()
    said = page.locator("#remarks-plausibility .own-remarks")
    expect(said).to_contain_text("Is a house plausible?")
    expect(page.locator("[data-sent]")).to_be_focused()
    expect(field).to_have_value("")
    assert Feedback.objects.get().criterion_key == "plausibility"
    page.locator("#remarks-beauty").get_by_role("button").click()
    expect(page.locator("#unclear-beauty-error")).to_contain_text("Say what is unclear")
    expect(page.locator("#unclear-beauty")).to_be_focused()


def test_it_is_a_page_without_scripts(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("work", args=[project.slug]))
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("Guideline")).click()
    guideline = opened.value
    guideline.locator("#unclear-beauty").fill("Beauty of what?")
    guideline.locator("#remarks-beauty").get_by_role("button").click()
    expect(guideline.locator("#remarks-beauty")).to_contain_text("Beauty of what?")
    expect(guideline.locator(".page-messages")).to_contain_text("Sent.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_it_has_no_serious_fault(
    sign_in: SignIn,
    project: Project,
    rubric: RubricVersion,
    tasks: list[Task],
    rosa: User,
    lena: User,
    scheme: str,
    size: tuple[int, int],
) -> None:
    asked = [
        give_feedback(actor=rosa, version=rubric, criterion_key=key, text=f"What is {key}?")
        for key in ("plausibility", "alignment")
    ]
    answer_feedback(actor=lena, feedback=asked[0], answer="Whether it could be.")
    options = {
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "viewport": {"width": size[0], "height": size[1]},
    }
    page = sign_in(rosa, **options)
    open_task(page, project)
    page.locator("[data-opens=guideline-drawer]").click()
    expect(page.locator("#clause-plausibility-title")).to_be_focused()
    width = page.evaluate("document.querySelector('#guideline-drawer').clientWidth")
    assert (width == size[0]) is (size[0] < 700)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    check(page, f"drawer-{size[0]}-{scheme}")
    for name, person, path in (
        ("guideline", rosa, reverse("guideline", args=[project.slug])),
        ("home", rosa, "/"),
        ("inbox", lena, "/admin/rubrics/feedback/?state="),
    ):
        page = sign_in(person, **options)
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
        check(page, f"{name}-{size[0]}-{scheme}")


def check(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert not serious, f"{name}: {serious}"
