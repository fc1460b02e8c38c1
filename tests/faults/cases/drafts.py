"""The web server is killed while somebody types, and an old save comes late."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tasks.models import Draft
from tests import cast
from tests.faults.house import House
from tests.faults.scene import Scene
from tests.services.chromium import LAUNCH_ARGS, find_chromium

TEXT = "The left half is smeared"
MORE = ", and the mast has no boat"


def cc10(house: House) -> str:
    """Type, wait, kill the server, type on, restart, and open the task again."""
    _type_through_a_kill(house)
    kept = _save_out_of_order(house, "late", without="")
    assert kept == "newer", f"an older save came late, and the draft is the {kept} one"
    twin = _save_out_of_order(house, "twin", without="sequence")
    assert twin == "older", "the twin without the sequence shows no loss"
    return (
        "back in this browser with what was typed after the kill, and in another one as saved; "
        "an older save that comes late changes nothing, without the sequence it overwrites"
    )


def _type_through_a_kill(house: House) -> None:
    scene = Scene.make(house, tasks=1, evaluators=1)
    [name] = [user.username for user in scene.evaluators]
    web = house.start_web()
    with _chromium() as browser:
        page = _open_task(browser, house, name)
        page.keyboard.press("2")
        page.keyboard.press("e")
        page.keyboard.type(TEXT)
        expect(page.locator("[data-draft-state]")).to_have_text(re.compile("^Saved"))
        house.kill(web)
        page.keyboard.type(MORE)
        expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
        with house.web():
            elsewhere = _open_task(browser, house, name)
            _expect_typed(elsewhere, TEXT)
            elsewhere.context.close()
            page.reload()
            _expect_typed(page, TEXT + MORE)
            expect(page.locator("[data-draft-state]")).to_have_text(re.compile("^Saved"))
    assert Draft.objects.get().typed["quality-why"] == [TEXT + MORE]


@contextmanager
def _chromium() -> Iterator[Browser]:
    program = find_chromium()
    assert program, "there is no Chromium: install one, or name it in CHROMIUM"
    # Playwright keeps an event loop in this thread, and Django would refuse the database for it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=[*LAUNCH_ARGS])


def _open_task(browser: Browser, house: House, username: str) -> Page:
    """Sign in, in a browser that has kept nothing, and open the task."""
    page = browser.new_context(base_url=house.address).new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(username)
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.address}/")
    page.goto("/projects/photos/work/")
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    return page


def _expect_typed(page: Page, text: str) -> None:
    expect(page.get_by_text(re.compile("^Draft of .* restored"))).to_be_visible()
    expect(page.locator("#id_quality_1")).to_be_checked()
    expect(page.locator("#id_quality-why")).to_have_value(text)


def _save_out_of_order(house: House, slug: str, *, without: str) -> str:
    """Save the second draft of a task before the first; return which one is kept."""
    scene = Scene.make(house, tasks=1, evaluators=1, slug=slug)
    with house.web(without=without):
        [person] = scene.enter()
        page = person.must_work(slug)
        assert person.save_draft(page, 2, "newer").status == 200
        late = person.save_draft(page, 1, "older")
        assert without or late.status == 409, f"the late save was answered {late.status}"
        assert without or "newer" in late.body, "the answer lacks the draft that is kept"
    [kept] = Draft.objects.get(task__project=scene.project).typed["quality-why"]
    return str(kept)
