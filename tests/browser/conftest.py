"""A real Chromium, and pages in it that are signed in as somebody."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.models import Task
from tests import cast, paint
from tests.browser.in_flight import all_answered
from tests.services.chromium import LAUNCH_ARGS, find_chromium

REQUIRED = os.environ.get("EVALHUB_REQUIRE_BROWSER") == "1"
NONE_FOUND = "no Chromium was found: install one, or name it in CHROMIUM, to run the browser tests"

SignIn = Callable[..., Page]
PHOTO = paint.draw_scene(2400, 1600, sun=(250, 210, 90))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that `-m "not browser"` leaves it out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the whole run; a run without one says so, or fails where one is required."""
    program = find_chromium()
    if program is None:
        (pytest.fail if REQUIRED else pytest.skip)(NONE_FOUND)
    # Playwright keeps an event loop in this thread, and Django would refuse the database for it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=[*LAUNCH_ARGS])
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Iterator[SignIn]:
    """Return what opens a page as a given user; a page with an error of its own fails the test."""
    contexts, complaints = [], []

    def listen(message: ConsoleMessage) -> None:
        # Chromium reports every 4xx answer as an error; those the tests look at themselves.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_page(user: User, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}, **options}
        )
        contexts.append(context)
        name, value = settings.SESSION_COOKIE_NAME, session_key(user)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    with all_answered():
        yield open_page
        for context in contexts:
            context.close()
    assert complaints == []


def session_key(user: User) -> str:
    """Return the key of a new session of `user`."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key or ""


def levels(*labels: str) -> tuple[LevelSpec, ...]:
    return tuple(
        LevelSpec(value=value, label=label, descriptor=f"Give this when it is {label.lower()}.")
        for value, label in enumerate(labels, start=1)
    )


@pytest.fixture
def rubric(transactional_db: None, project: Project, lena: User) -> RubricVersion:
    """Three criteria: one that asks why below 3, one that may not apply, a number."""
    return cast.release_rubric(
        project,
        lena,
        CriterionSpec(
            "plausibility",
            "ordinal",
            "Plausibility",
            levels=levels("Broken", "Poor", "Fair", "Good", "Flawless"),
            justification_rule="band",
            justification_band_low=1,
            justification_band_high=2,
        ),
        CriterionSpec(
            "alignment",
            "ordinal",
            "Alignment",
            levels=levels("None", "Half", "All"),
            allows_not_applicable=True,
            justification_rule="optional",
        ),
        CriterionSpec(
            "beauty",
            "scale",
            "Beauty",
            justification_rule="never",
            is_required=False,
        ),
    )


@pytest.fixture
def tasks(project: Project, rubric: RubricVersion, mo: User) -> list[Task]:
    tasks = cast.make_tasks(project, mo, count=2, prompt="A valley in the morning.")
    for task in tasks:
        paint.hang(task, ("candidate", PHOTO))
    return tasks
