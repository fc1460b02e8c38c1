"""Going back to the last judgment and changing it, by keyboard."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from tasks.models import Judgment, Task
from tests import cast
from tests.browser.conftest import SignIn
from tests.browser.test_work_access import faults
from tests.browser.work import open_task, press, scores


@pytest.fixture
def judgment(project: Project, tasks: list[Task], rosa: User) -> Judgment:
    held = cast.claim(rosa, project)
    given = cast.answer(
        held.version,
        {"plausibility": 2, "alignment": 3, "beauty": 40},
        {"plausibility": "The second sun casts no shadow."},
    )
    judgment = cast.submit_answers(held, given).judgment
    assert judgment is not None
    return judgment


def go_back(page: Page, project: Project) -> None:
    """From the next task to the page on which the last judgment is changed."""
    open_task(page, project)
    press(page, "u")
    expect(page.get_by_role("heading", name="Your judgment")).to_be_visible()
    expect(page.locator("[data-key=e] kbd")).to_be_visible()
    press(page, "e")
    expect(page.get_by_text("You are changing your judgment")).to_be_visible()
    expect(page.locator(".criterion.is-active")).to_have_count(1)


def test_it_changes_the_last_judgment_by_keyboard(
    sign_in: SignIn, project: Project, judgment: Judgment, rosa: User
) -> None:
    page = sign_in(rosa)
    go_back(page, project)
    expect(page.locator("#id_plausibility_1")).to_be_checked()
    expect(page.locator("#id_plausibility-why")).to_have_value("The second sun casts no shadow.")
    press(page, "4", "Control+Enter")
    expect(page.get_by_text("Your judgment is changed. Your first answer is kept.")).to_be_visible()
    expect(page.locator("ins").first).to_have_text("4 Good")
    assert scores() == {"plausibility": 4.0, "alignment": 3.0, "beauty": 40.0}
    assert judgment.scores.get(criterion__key="plausibility").number == 2
    page.get_by_role("link", name="Next task").click()
    expect(page).to_have_url(re.compile("/assignments/"))


def test_it_leaves_it_as_it_is_by_keyboard(
    sign_in: SignIn, project: Project, judgment: Judgment, rosa: User
) -> None:
    page = sign_in(rosa)
    go_back(page, project)
    press(page, "4", "u")
    expect(page.get_by_role("heading", name="Your judgment")).to_be_visible()
    assert Judgment.objects.get() == judgment


def test_it_works_without_scripts(
    sign_in: SignIn, project: Project, judgment: Judgment, rosa: User
) -> None:
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("own-judgments", args=[project.slug]))
    page.get_by_role("link", name="Change your judgment of").click()
    page.locator("#id_plausibility-why").fill("")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".error-summary")).to_contain_text("Plausibility: say why")
    page.locator("label[for=id_plausibility_3]").click()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Your judgment is changed.")).to_be_visible()
    assert scores() == {"plausibility": 4.0, "alignment": 3.0, "beauty": 40.0}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_no_serious_accessibility_faults(
    sign_in: SignIn, project: Project, judgment: Judgment, rosa: User, scheme: str, width: int
) -> None:
    given = {"plausibility": 4, "alignment": 3, "beauty": 40}
    now = cast.revise(judgment, given).judgment
    page = sign_in(rosa, color_scheme=scheme, viewport={"width": width, "height": 844})
    for address in (
        reverse("own-judgments", args=[project.slug]),
        reverse("judgment", args=[now.pk]),
        reverse("judgment-change", args=[now.pk]),
    ):
        page.goto(address)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_brings_back_what_was_typed_and_mixes_it_with_no_other(
    sign_in: SignIn, project: Project, judgment: Judgment, rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    press(page, "5")  # a draft of the next task
    page.goto(reverse("judgment-change", args=[judgment.pk]))
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    expect(page.locator("#id_plausibility_1")).to_be_checked()
    page.locator("#id_plausibility-why").fill("")
    page.locator("#id_alignment_0").check()
    page.reload()
    expect(page.get_by_text("What you had typed before is back.")).to_be_visible()
    expect(page.locator("#id_alignment_0")).to_be_checked()
    expect(page.locator("#id_plausibility-why")).to_have_value("")  # taken away, and stays so
    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("#id_plausibility-why")).to_have_value("The second sun casts no shadow.")
    expect(page.locator("#id_alignment_2")).to_be_checked()
    open_task(page, project)
    expect(page.locator("#id_plausibility_4")).to_be_checked()
    expect(page.locator("#id_alignment_0")).not_to_be_checked()
