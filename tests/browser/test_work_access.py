"""The work page without scripts, for assistive technology, on a phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from tasks.models import Assignment, Flag, Task
from tests.browser.conftest import SignIn
from tests.browser.work import open_task, scores


def test_it_focuses_the_servers_summary_without_scripts(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("work", args=[project.slug]))
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("label[for=id_plausibility_3]").click()
    page.locator("label[for=id_alignment_2]").click()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/assignments/\d+/$"))
    assert scores() == {"plausibility": 4.0, "alignment": 3.0}


def test_it_flags_without_scripts_and_keeps_the_answers(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("work", args=[project.slug]))
    page.locator("label[for=id_plausibility_3]").click()
    page.locator("summary", has_text="Flag").click()
    page.get_by_label("What is it?").select_option("edge_case")
    page.get_by_label("In one line").fill("Half painted")
    page.get_by_role("button", name="Flag this task").click()
    expect(page.get_by_text("Flagged as edge case")).to_be_visible()
    expect(page.locator("#id_plausibility_3")).to_be_checked()
    assert Flag.objects.get().note == "Half painted"


def test_it_never_skips_by_enter_without_scripts(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa, java_script_enabled=False)
    page.goto(reverse("work", args=[project.slug]))
    page.locator("#id_beauty").fill("50")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("Plausibility: choose an answer.")
    expect(page.locator("#id_beauty")).to_have_value("50")
    assert Assignment.objects.get().state == Assignment.State.OPEN


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_no_serious_accessibility_faults(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User, scheme: str, width: int
) -> None:
    page = sign_in(rosa, color_scheme=scheme, viewport={"width": width, "height": 844})
    open_task(page, project)
    assert faults(page) == []
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    page.keyboard.press("g")
    expect(page.get_by_label("What is it?")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """Return what axe calls serious or critical, with the elements it is about."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {[node['html'] for node in found['nodes']]}"
        for found in violations
        if found["impact"] in {"serious", "critical"}
    ]


def test_it_fits_a_phone(sign_in: SignIn, project: Project, tasks: list[Task], rosa: User) -> None:
    page = sign_in(rosa, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_task(page, project)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    expect(page.get_by_role("button", name="Submit")).to_be_in_viewport()
    page.locator("label[for=id_alignment_0]").tap()
    expect(page.locator("[data-viewport]")).to_be_in_viewport()  # it stays in sight
