"""A release as people meet it: published by a lead, read and put away by an evaluator."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from evalhub.models import Project, User
from rubrics.actions import give_feedback, start_draft, write_draft
from rubrics.content import spec_of
from rubrics.models import Acknowledgement, Feedback, RubricVersion
from tasks.actions import release_version
from tasks.models import FollowUp, Task
from tests import cast
from tests.browser.conftest import SignIn, levels
from tests.browser.work import active, open_task

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOOKS = [(scheme, size) for scheme in ("light", "dark") for size in (WIDE, PHONE)]
GOOD = {"plausibility": 4, "alignment": 3, "beauty": 40}


def write_next(version: RubricVersion, lead: User, **texts: Any) -> RubricVersion:
    """Draft the next version with other columns for the first criterion."""
    spec = spec_of(version)
    criteria = (replace(spec.criteria[0], **texts), *spec.criteria[1:])
    draft = start_draft(actor=lead, rubric=version.rubric)
    return write_draft(actor=lead, version=draft, spec=replace(spec, criteria=criteria))


@pytest.fixture
def draft(
    project: Project, rubric: RubricVersion, tasks: list[Task], rosa: User, ravi: User, lena: User
) -> RubricVersion:
    """The next draft: other words, a gravely changed scale, and a question it may answer."""
    cast.judge(rosa, project, **GOOD)
    cast.claim(ravi, project)
    give_feedback(
        actor=rosa, version=rubric, criterion_key="plausibility", text="Do hands count twice?"
    )
    return write_next(
        rubric,
        lena,
        description="Could the scene be real? Count hands and faces once each, then the rest.",
        levels=levels("Broken", "Poor", "Fair", "Good, with a slip", "Flawless"),
    )


def check(page: Page, name: str) -> None:
    """Fail where the page scrolls sideways or axe finds fault with it."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == [], name


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_it_satisfies_axe_from_publishing_to_reading(
    sign_in: SignIn,
    project: Project,
    draft: RubricVersion,
    lena: User,
    rosa: User,
    scheme: str,
    size: dict[str, int],
) -> None:
    page = sign_in(lena, color_scheme=scheme, viewport=size)
    page.goto(f"/admin/tasks/release/{draft.pk}/publish/")
    check(page, "publish")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.locator(".error-summary[autofocus]")).to_be_visible()
    check(page, "publish-errors")
    release_version(
        actor=lena,
        version=draft,
        release_notes="Hands count **once**.",
        decisions={"plausibility": "breaking"},
        older_work="reask",
    )
    page = sign_in(rosa, color_scheme=scheme, viewport=size)
    page.goto(reverse("work", args=[project.slug]))
    check(page, "change-to-read")
    page.get_by_role("link", name="Read what changed").click()
    expect(page).to_have_url(re.compile("/changes/"))
    check(page, "changes")


@pytest.mark.parametrize("javascript", [True, False])
def test_it_publishes_by_the_page_alone(
    sign_in: SignIn, draft: RubricVersion, lena: User, javascript: bool
) -> None:
    page = sign_in(lena, java_script_enabled=javascript)
    page.goto(f"/admin/tasks/release/{draft.pk}/publish/")
    page.get_by_role("group", name="What kind of change is it?").get_by_label("Breaking").check()
    page.get_by_label("Ask only the changed criteria again").check()
    page.get_by_label("Do hands count twice?").check()
    page.get_by_label("Release notes").fill("Hands count once.")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("v2 is published. New tasks open with it.")).to_be_visible()
    assert FollowUp.objects.get(version=draft).criteria == ["plausibility"]
    assert Feedback.objects.get().answered_in == draft


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_it_puts_an_editorial_notice_away_and_keeps_what_is_typed(
    sign_in: SignIn,
    project: Project,
    rubric: RubricVersion,
    tasks: list[Task],
    lena: User,
    rosa: User,
    scheme: str,
    size: dict[str, int],
) -> None:
    cast.judge(rosa, project, **GOOD)
    version = release_version(
        actor=lena,
        version=write_next(rubric, lena, title="Plausibility!"),
        release_notes="A mark.",
        decisions={"plausibility": "editorial"},
        older_work="keep",
    )
    page = sign_in(rosa, color_scheme=scheme, viewport=size)
    open_task(page, project)
    check(page, "work-with-notice")
    assert active(page) == "plausibility"
    page.get_by_role("radio", name="Good").check()
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_text("corrects some wording")).to_have_count(0)
    expect(page.get_by_role("radio", name="Good")).to_be_checked()
    assert Acknowledgement.objects.filter(version=version, user=rosa).exists()
