"""One task after the other without another page being loaded, and what happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from evalhub.models import Project, User
from tasks.models import Assignment, Judgment, Task
from tests import cast
from tests.browser.conftest import SignIn
from tests.browser.work import open_task, press


@pytest.fixture
def page(sign_in: SignIn, project: Project, tasks: list[Task], rosa: User, mo: User) -> Page:
    """The work page, with the next task drawn ahead and two more after that."""
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    cast.make_tasks(project, mo, 2)
    page = sign_in(rosa)
    with page.expect_response("**/ahead/"):
        open_task(page, project)
    page.evaluate("window.isTheSamePage = true")
    return page


def is_the_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSamePage === true"))


def judge(page: Page, *keys: str) -> str:
    """Judge by keys and wait for the next task; return the address of the one before."""
    before = page.url
    press(page, *keys, "Control+Enter")
    page.wait_for_url(lambda url: url != before and "/assignments/" in url)
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    return before


def test_it_shows_the_next_task_without_loading_a_page(page: Page) -> None:
    statuses: list[int] = []

    def listen(answer: Response) -> None:
        if "/submit/" in answer.url:
            statuses.append(answer.status)

    page.on("response", listen)
    for number in (1, 2):
        with page.expect_response("**/ahead/"):
            judge(page, "4", "3")
        expect(page.locator(".today b").first).to_have_text(str(number))
        assert is_the_same_page(page)
        assert page.locator("header.work-bar, main").count() == 2
    assert statuses == [204, 204]
    assert Judgment.objects.count() == 2
    assert [one.scores.count() for one in Judgment.objects.all()] == [2, 2]


def test_it_answers_a_key_once_on_a_later_task(page: Page) -> None:
    judge(page, "4", "3")
    press(page, "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    press(page, "b")  # one step of the surround, not two
    expect(page.locator("[data-surround]")).to_have_attribute("data-surround", "mid")
    press(page, "5")
    expect(page.locator("#id_plausibility_4")).to_be_checked()


def test_it_counts_the_active_time_of_each_task_by_itself(page: Page) -> None:
    page.clock.install()
    page.reload()
    expect(page.locator(".criterion.is-active")).to_have_count(1)
    page.clock.pause_at(timezone.now() + timedelta(hours=1))
    active = page.locator("[name=work-active_seconds]")
    before = int(active.input_value() or 0)
    for seconds, expected in ((3, before + 3), (5, 5)):
        press(page, "4")
        page.clock.run_for(seconds * 1000)
        expect(active).to_have_value(str(expected))
        judge(page, "3")


def test_it_leads_back_by_the_browser_to_what_was_judged(page: Page) -> None:
    judge(page, "4", "3")
    page.go_back()
    page.wait_for_url("**/judgments/*/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.go_forward()
    page.wait_for_url("**/assignments/*/")
    expect(page.locator(".criterion.is-active")).to_have_count(1)


def test_it_leads_back_by_key_to_the_last_judgment(page: Page) -> None:
    judge(page, "4", "3")
    press(page, "u")
    page.wait_for_url("**/judgments/*/")


def test_it_skips_in_place_and_says_so(page: Page) -> None:
    before = page.url
    press(page, "s")
    page.locator("[name=skip-reason]").select_option("duplicate")
    page.get_by_role("button", name="Skip this task").click()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator(".page-messages")).to_contain_text("Skipped.")
    assert is_the_same_page(page)


def test_it_shows_what_the_server_refuses_in_place(page: Page) -> None:
    press(page, "4", "3")
    page.evaluate("document.querySelector('[name=work-submit_key]').value = 'none'")
    press(page, "Control+Enter")
    expect(page.locator("main .error-summary")).to_be_focused()
    expect(page.locator("#id_plausibility_3")).to_be_checked()
    assert is_the_same_page(page)
    assert Judgment.objects.count() == 0


def test_it_waits_for_the_network_and_sends_then(page: Page) -> None:
    before = page.url
    press(page, "4", "3")
    page.context.set_offline(True)
    press(page, "Control+Enter")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    assert page.url == before
    assert Judgment.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url(lambda url: url != before and "/assignments/" in url)
    assert Judgment.objects.count() == 1
    assert is_the_same_page(page)


def test_it_takes_what_was_typed_while_it_waited(page: Page) -> None:
    before = page.url
    press(page, "4", "3")
    page.route("**/submit/", lambda route: route.abort())
    press(page, "Control+Enter")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.locator("#id_plausibility_4").check()
    page.unroute("**/submit/")
    page.get_by_role("button", name="Try now").click()
    page.wait_for_url(lambda url: url != before and "/assignments/" in url)
    numbers = Judgment.objects.get().scores.filter(criterion__key="plausibility")
    assert numbers.get().number == 5


def test_it_keeps_no_draft_of_what_was_sent(page: Page) -> None:
    judge(page, "4", "3")
    judge(page, "4", "3")
    drafts = "Object.keys(localStorage).filter(key => key.startsWith('evalhub-draft-'))"
    held = Assignment.objects.exclude(state=Assignment.State.OPEN)
    kept = page.evaluate(drafts)
    assert not [key for key in kept for one in held[:1] if f"-{one.task_id}-" in key]
