"""What the browser tests of the work page share."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from evalhub.models import Project
from tasks.models import Judgment, Score


def open_task(page: Page, project: Project) -> None:
    """Open the work page, and wait until its scripts are there."""
    page.goto(reverse("work", args=[project.slug]))
    expect(page.locator("[data-zoom-now]")).to_have_text(re.compile("%"))
    expect(page.locator(".criterion.is-active")).to_have_count(1)


def active(page: Page) -> str:
    return page.locator(".criterion.is-active").get_attribute("data-criterion") or ""


def scores() -> dict[str, Any]:
    judgment = Judgment.objects.latest("pk")
    return {score.criterion.key: score.number for score in judgment.scores.all()}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def submit(page: Page) -> dict[str, Score]:
    """Send the judgment by its key; return what was stored, by the name of what was asked."""
    press(page, "Control+Enter")
    page.wait_for_url(lambda url: "/assignments/" not in url)
    return stored()


def stored() -> dict[str, Score]:
    rows = Judgment.objects.get().scores.select_related("criterion", "level", "image")
    return {
        row.criterion.key + (f"-{row.image.position}" if row.image else ""): row for row in rows
    }
