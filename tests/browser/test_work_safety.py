"""Nothing typed is lost: drafts, the end of a session, the end of a hold."""

from __future__ import annotations

import re
import time

from django.utils import timezone
from playwright.sync_api import expect

from evalhub.models import Project, User
from tasks.models import Assignment, Task
from tests import cast
from tests.browser.conftest import SignIn
from tests.browser.work import open_task, scores


def test_it_brings_back_what_was_typed_after_a_reload(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    page.keyboard.press("2")
    page.keyboard.press("e")
    page.keyboard.type("The second sun casts no sh")
    page.reload()
    expect(page.get_by_text(re.compile("^Draft of .* restored"))).to_be_visible()
    expect(page.locator("#id_plausibility_1")).to_be_checked()
    expect(page.locator("#id_plausibility-why")).to_have_value("The second sun casts no sh")
    expect(page.locator("#id_plausibility-why")).to_be_visible()
    page.get_by_role("button", name="Start afresh").click()
    page.reload()
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    expect(page.locator("#id_plausibility_1")).not_to_be_checked()


def test_it_brings_back_what_was_typed_after_the_session_ended(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    open_task(page, project)
    task_url = page.url
    page.keyboard.press("5")
    page.keyboard.press("2")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/accounts/login/"))
    page.locator("[name=login]").fill("rosa")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(task_url)
    expect(page.locator("#id_plausibility_4")).to_be_checked()
    expect(page.locator("#id_alignment_1")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != task_url and "/assignments/" in url)
    assert scores() == {"plausibility": 5.0, "alignment": 2.0}
    # What was stored is not kept in the browser as well.
    drafts = "Object.keys(localStorage).filter(key => key.startsWith('evalhub-draft'))"
    deadline = time.monotonic() + 10
    while page.evaluate(drafts) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert page.evaluate(drafts) == []


def test_it_says_when_the_hold_is_lost_and_when_the_sign_in_is(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User, mo: User
) -> None:
    page = sign_in(rosa)
    page.clock.install()
    open_task(page, project)
    Task.objects.update(state=Task.State.FINISHED)  # as when others have taken every place
    Assignment.objects.update(state=Assignment.State.LAPSED, closed_at=timezone.now())
    page.clock.run_for("06:00")
    expect(page.get_by_text("Your hold on this task ended")).to_be_visible()
    Assignment.objects.update(state=Assignment.State.OPEN, closed_at=None)
    page.reload()
    page.clock.run_for("00:01")
    page.context.clear_cookies(name="sessionid")
    page.clock.run_for("06:00")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()


def test_it_works_where_the_browser_stores_nothing(
    sign_in: SignIn, project: Project, tasks: list[Task], rosa: User
) -> None:
    page = sign_in(rosa)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed'); }})"
    )
    open_task(page, project)
    first = page.url
    for key in ("b", "4", "2", "Control+Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: url != first and "/assignments/" in url)
    assert scores() == {"plausibility": 4.0, "alignment": 2.0}
