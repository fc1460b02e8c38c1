"""The QA page by keyboard and without scripts, and every page of admin for axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from reviews.actions import record_judgment
from reviews.models import Audit
from rubrics.actions import start_draft
from rubrics.models import RubricVersion
from tasks.actions import raise_flag
from tasks.models import FlagKind, Task
from tests import cast
from tests.browser.conftest import SignIn

QUEUE = "/admin/reviews/audit/"
WHY = "The horizon is broken twice."
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def draft(rubric: RubricVersion, lena: User) -> RubricVersion:
    return start_draft(actor=lena, rubric=rubric.rubric)


@pytest.fixture
def audits(project: Project, tasks: list[Task], rosa: User) -> list[Audit]:
    """Two audits that wait, the first of a flagged task."""
    Project.objects.filter(pk=project.pk).update(audit_rate=1.0)
    for is_flagged in (True, False):
        assignment = cast.claim(rosa, project)
        if is_flagged:
            task = assignment.task
            raise_flag(actor=rosa, task=task, kind=FlagKind.EDGE_CASE, note="Half painted")
        record_judgment(
            actor=rosa,
            assignment=assignment,
            answers=cast.answer(
                assignment.version,
                {"plausibility": 2, "alignment": 3, "beauty": 40},
                {"plausibility": WHY},
            ),
            submit_key=assignment.submit_key,
        )
    return list(Audit.objects.waiting().in_queue_order())


def editor(version: RubricVersion) -> str:
    return f"/admin/rubrics/rubricversion/{version.pk}/change/"


def verdicts() -> list[tuple[str, str]]:
    return list(Audit.objects.in_queue_order().values_list("verdict", "comment"))


# ---------------------------------------------------------------- the QA page
def test_it_audits_by_keyboard_from_one_to_the_next(
    sign_in: SignIn, audits: list[Audit], ada: User
) -> None:
    page = sign_in(ada)
    page.goto(QUEUE)
    page.get_by_role("link", name="Start auditing").click()
    expect(page.get_by_text("1 of 2 waiting")).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.locator("[data-zoom-now]")).to_have_text(re.compile("%"))  # its scripts are there
    page.keyboard.press("z")
    expect(page.locator("[data-zoom-now]")).to_have_text("100 %")

    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("Choose a verdict.")
    page.keyboard.press("2")
    expect(page.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("Broken once, not 2 times")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 of 1 waiting")).to_be_visible()
    expect(page.locator("[data-zoom-now]")).to_have_text(re.compile("%"))  # its scripts are there
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    assert verdicts() == [("minor", "Broken once, not 2 times"), ("agree", "")]


def test_it_leaves_the_arrow_keys_to_the_verdicts(
    sign_in: SignIn, audits: list[Audit], ada: User
) -> None:
    page = sign_in(ada)
    page.goto(audits[0].get_absolute_url())
    page.get_by_role("radio", name="Agree").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Major error")).to_be_checked()
    expect(page.get_by_label("Major error")).to_be_focused()


def test_it_audits_without_scripts(sign_in: SignIn, audits: list[Audit], ada: User) -> None:
    page = sign_in(ada, java_script_enabled=False)
    page.goto(audits[0].get_absolute_url())
    page.get_by_label("Major error").check(force=True)
    page.get_by_role("button", name="Record the verdict").click()
    expect(page.get_by_text("Say what is wrong").first).to_be_visible()
    expect(page.get_by_label("Major error")).to_be_checked()
    page.get_by_label("Comment").fill("Wholly broken")
    page.get_by_role("button", name="Record the verdict").click()
    page.wait_for_url(re.compile(rf"/audit/{audits[1].pk}/change/$"))
    assert verdicts()[0] == ("major", "Wholly broken")


# ---------------------------------------------------------------- how it looks
def check(page: Page, address: str) -> None:
    """Fail where the page scrolls sideways or axe finds fault with it."""
    page.goto(address)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    results = Axe().run(page)
    assert results.violations_count == 0, f"{address}\n{results.generate_report()}"


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_it_satisfies_axe_on_every_page_of_admin(
    sign_in: SignIn,
    draft: RubricVersion,
    audits: list[Audit],
    lena: User,
    ada: User,
    project: Project,
    scheme: str,
    size: dict[str, int],
) -> None:
    rubric = draft.rubric_id
    flag = audits[0].judgment.task.flags.get().pk
    olga = cast.make_user("olga", is_superuser=True)
    pages = {
        lena: [
            "/admin/",
            "/admin/rubrics/rubric/",
            f"/admin/rubrics/rubric/{rubric}/change/",
            f"/admin/rubrics/rubric/{rubric}/import/",
            editor(draft),
            f"/admin/tasks/release/{draft.pk}/publish/",
            editor(audits[0].judgment.version),
            f"/admin/tasks/flag/{flag}/change/",
            "/admin/tasks/parkedsubmit/",
        ],
        ada: [QUEUE, audits[0].get_absolute_url(), "/admin/tasks/flag/"],
        olga: [
            "/admin/evalhub/user/",
            "/admin/evalhub/user/add/",
            f"/admin/evalhub/user/{ada.pk}/change/",
            "/admin/evalhub/actionlog/",
        ],
    }
    for user, addresses in pages.items():
        page = sign_in(user, color_scheme=scheme, viewport=size)
        for address in addresses:
            check(page, address)
