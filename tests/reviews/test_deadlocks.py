"""Two actions at once that lock in different order: neither may be killed by PostgreSQL.

At commit each inserted row takes a key-share lock on the rows that it points to, so a lock on a
project or task must leave their keys free (`no_key`), or a submit and a change of settings wait
for each other. Each test holds both actions at the worst moment.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

import evalhub.actions.projects as project_actions
import tasks.actions.flags as flag_actions
import tasks.actions.submit as submit_actions
from evalhub import access
from evalhub.actions import log
from evalhub.actions.projects import ProjectSettings, update_project
from evalhub.models import Project, Role, User
from reviews import drawing
from reviews.actions import judging, record_judgment
from tasks import storing
from tasks.actions import raise_flag
from tasks.models import Assignment, Flag, FlagKind, Judgment
from tests import cast

PATIENCE = 5


@pytest.fixture
def held(transactional_db: None) -> Assignment:
    project = cast.make_project()
    people = {"lena": Role.LEAD, "mo": Role.MANAGER, "rosa": Role.EVALUATOR}
    users = {name: cast.make_user(name) for name in people}
    for name, role in people.items():
        cast.join(project, users[name], role)
    cast.release_rubric(project, users["lena"])
    cast.make_tasks(project, users["mo"])
    return cast.claim(users["rosa"], project)


def submit(held: Assignment) -> None:
    record_judgment(
        actor=held.evaluator,
        assignment=held,
        answers=cast.answer(held.version, {"quality": 3}),
        submit_key=held.submit_key,
    )


def both(*calls: Callable[[], Any]) -> list[BaseException]:
    """Run `calls` at once, each on its own connection, and return what went wrong."""
    failures: list[BaseException] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def after(event: threading.Event, then: threading.Event, call: Callable[..., Any]) -> Any:
    """Return `call`, made to wait for `event` and to tell `then` once it is done."""

    def wrapped(*args: Any, **options: Any) -> Any:
        event.wait(PATIENCE)
        result = call(*args, **options)
        then.set()
        time.sleep(0.3)  # for the other to come to its lock
        return result

    return wrapped


def telling(event: threading.Event, until: threading.Event, call: Callable[..., Any]) -> Any:
    """Return `call`, made to tell `event` that it was reached and to wait for `until`."""

    def wrapped(*args: Any, **options: Any) -> Any:
        event.set()
        until.wait(PATIENCE)
        return call(*args, **options)

    return wrapped


def test_it_submits_while_the_settings_of_the_project_are_saved(
    held: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.objects.get()
    locked, logged = threading.Event(), threading.Event()
    require = telling(locked, logged, access.require_role)
    monkeypatch.setattr(project_actions, "require_role", require)
    monkeypatch.setattr(judging, "draw_audit", after(locked, logged, drawing.draw_audit))
    current = ProjectSettings.of(project)
    changed = replace(current, description="Saved meanwhile")
    manager = User.objects.get(username="mo")

    def save() -> None:
        update_project(actor=manager, project=project, settings=changed, seen=current.digest())

    assert both(lambda: submit(held), save) == []
    project.refresh_from_db()
    assert (Judgment.objects.count(), project.description) == (1, "Saved meanwhile")


def test_it_submits_while_somebody_flags_the_task(
    held: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, logged = threading.Event(), threading.Event()
    telling_check = telling(locked, logged, storing.check_answers)
    monkeypatch.setattr(submit_actions, "check_answers", telling_check)
    monkeypatch.setattr(flag_actions, "log_action", after(locked, logged, log.log_action))
    lead = User.objects.get(username="lena")

    def flag() -> None:
        raise_flag(actor=lead, task=held.task, kind=FlagKind.POLICY, note="Look")

    assert both(lambda: submit(held), flag) == []
    assert (Judgment.objects.count(), Flag.objects.count()) == (1, 1)


def test_it_leaves_the_keys_of_locked_rows_free_everywhere() -> None:
    rooms = [Path(settings.BASE_DIR) / room for room in ("evalhub", "rubrics", "tasks", "reviews")]
    sources = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    locks = [lock for text in sources for lock in re.findall(r"select_for_update\(([^)]*)", text)]
    assert locks
    assert [lock for lock in locks if "no_key=True" not in lock] == []
