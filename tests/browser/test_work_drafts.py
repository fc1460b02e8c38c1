"""Drafts on the server: saved while somebody types, and met again in another tab or browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from tasks.models import Assignment, Draft, Task
from tests.browser.conftest import SignIn
from tests.browser.work import open_task, press, scores
from tests.services.processes import wait_until

WORDS = "The second sun casts no shadow"
OTHER = "The mast has no boat"


def type_reason(page: Page, words: str) -> None:
    """Choose “Poor” for plausibility and say why."""
    press(page, "2", "e")
    page.keyboard.type(words)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))


def expect_reason(page: Page, words: str) -> None:
    expect(page.locator("#id_plausibility_1")).to_be_checked()
    expect(page.locator("#id_plausibility-why")).to_have_value(words)


def press_button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_it_saves_what_is_typed_and_restores_it_on_another_machine(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    type_reason(page, WORDS)
    expect_saved(page)
    other = sign_in(rosa)
    open_task(other, project)
    expect(other.get_by_text(re.compile(r"^Draft of \d\d:\d\d restored"))).to_be_visible()
    expect_reason(other, WORDS)
    expect(other.locator("#id_plausibility-why")).to_be_visible()
    press(other, "Escape", "2", "Control+Enter")
    other.wait_for_url(lambda url: url != page.url)
    assert scores() == {"plausibility": 2.0, "alignment": 2.0}
    assert not Draft.objects.exists()


def test_it_saves_when_the_page_is_left(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    type_reason(page, WORDS)
    page.goto("/")
    wait_until(Draft.objects.exists, "the draft is saved")
    assert Draft.objects.get().typed["plausibility-why"] == [WORDS]


def test_it_offers_the_newer_draft_to_the_older_tab_and_loses_neither(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    older, newer = sign_in(rosa), sign_in(rosa)
    open_task(older, project)
    open_task(newer, project)
    type_reason(newer, WORDS)
    expect_saved(newer)
    type_reason(older, OTHER)
    said = older.get_by_text(re.compile("A newer draft of this task was saved at"))
    expect(said).to_be_visible()
    expect(older.locator("[data-draft-state]")).to_have_text("Not saved")
    expect_reason(older, OTHER)
    press_button(older, "Load the newer one")
    expect(said).to_be_hidden()
    expect_reason(older, WORDS)
    assert Draft.objects.get().typed["plausibility-why"] == [WORDS]
    press_button(older, "Bring back what was here")
    expect_reason(older, OTHER)
    expect_saved(older)
    assert Draft.objects.get().typed["plausibility-why"] == [OTHER]


def test_it_goes_on_with_the_draft_of_the_older_tab(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    older, newer = sign_in(rosa), sign_in(rosa)
    open_task(older, project)
    open_task(newer, project)
    type_reason(newer, WORDS)
    expect_saved(newer)
    type_reason(older, OTHER)
    press_button(older, "Go on with this one")
    expect_saved(older)
    assert Draft.objects.get().typed["plausibility-why"] == [OTHER]


def test_it_shows_the_newer_draft_and_offers_what_this_browser_had(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page, other = sign_in(rosa), sign_in(rosa)
    open_task(page, project)
    open_task(other, project)
    type_reason(other, WORDS)
    expect_saved(other)
    type_reason(page, OTHER)
    expect(page.get_by_text(re.compile("A newer draft of this task"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("A newer draft from another tab or machine is shown.")).to_be_visible()
    expect_reason(page, WORDS)
    press_button(page, "Show what was typed here")
    expect_reason(page, OTHER)
    expect_saved(page)


def test_it_says_that_the_server_is_away_and_tries_again_with_the_next_change(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.context.set_offline(True)
    type_reason(page, WORDS)
    said = page.get_by_text("Not saved. The server cannot be reached.")
    expect(said).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.type(" at all")
    expect_saved(page)
    expect(said).to_be_hidden()
    assert Draft.objects.get().typed["plausibility-why"] == [f"{WORDS} at all"]


def test_it_says_when_nobody_is_signed_in(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.context.clear_cookies(name="sessionid")
    type_reason(page, WORDS)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    assert not Draft.objects.exists()


def test_it_says_when_the_task_is_over(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    Assignment.objects.update(state="released", closed_at=timezone.now())
    type_reason(page, WORDS)
    expect(page.get_by_text("Not saved. This task was given back to the queue.")).to_be_visible()


def test_it_restores_a_draft_after_the_hold_lapsed_and_was_claimed_again(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    type_reason(page, WORDS)
    expect_saved(page)
    Assignment.objects.update(state="lapsed", closed_at=timezone.now())
    other = sign_in(rosa)
    open_task(other, project)
    expect_reason(other, WORDS)


def test_it_starts_afresh_and_brings_it_back(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    type_reason(page, WORDS)
    expect_saved(page)
    other = sign_in(rosa)
    open_task(other, project)
    press_button(other, "Start afresh")
    expect(other.locator("#id_plausibility_1")).not_to_be_checked()
    expect(other.locator("#id_plausibility-why")).to_have_value("")
    expect_saved(other)
    assert Draft.objects.get().typed == {}
    press_button(other, "Bring back what was here")
    expect_reason(other, WORDS)


def test_it_restores_without_scripts(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    type_reason(page, WORDS)
    expect_saved(page)
    plain = sign_in(rosa, java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.get_by_text(re.compile(r"Draft of .* UTC restored"))).to_be_visible()
    expect_reason(plain, WORDS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_room_and_contrast_for_what_is_said(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User, scheme: str, width: int
) -> None:
    first = sign_in(rosa)
    open_task(first, project)
    type_reason(first, WORDS)
    expect_saved(first)
    page = sign_in(rosa, color_scheme=scheme, viewport={"width": width, "height": 844})
    open_task(page, project)
    page.locator("#id_plausibility-why").fill(OTHER)
    expect_saved(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
