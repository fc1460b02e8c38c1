from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from evalhub.models import Project, Role, User
from rubrics.models import RubricVersion
from tests import cast


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, where the runner says so, what never touches the database: it ran before."""
    if not os.environ.get("EVALHUB_TESTS_OF_DATABASE_ONLY"):
        return
    other = [item for item in items if not _touches_database(item)]
    if other:
        items[:] = [item for item in items if _touches_database(item)]
        config.hook.pytest_deselected(items=other)


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & {"db", "transactional_db"}) or bool(item.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def _data_in_tmp(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of each test apart."""
    for name in ("MEDIA_ROOT", "INCOMING_ROOT", "EXPORT_ROOT"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test database go at the end, whoever still has a session there.

    A thread of the live server keeps its own until the browser ends the connection it keeps
    alive, and PostgreSQL drops no database that somebody uses.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards() -> None:
    """Let the test runner empty append-only tables on SQLite, where it deletes row by row."""
    if connection.vendor != "sqlite":
        return
    operations = type(connection.ops)
    plain_flush = operations.sql_flush

    def sql_flush(self: Any, *args: Any, **options: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        return [
            *(f"DROP TRIGGER {name}" for name, _ in triggers),
            *plain_flush(self, *args, **options),
            *(sql for _, sql in triggers),
        ]

    operations.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture
def project(db: None) -> Project:
    return cast.make_project()


def _member(name: str, *roles: Role) -> Callable[[Project], User]:
    @pytest.fixture(name=name)
    def member(project: Project) -> User:
        user = cast.make_user(name)
        cast.join(project, user, *roles)
        return user

    return member


rosa = _member("rosa", Role.EVALUATOR)
ravi = _member("ravi", Role.EVALUATOR)
ada = _member("ada", Role.REVIEWER)
lena = _member("lena", Role.LEAD)
mo = _member("mo", Role.MANAGER)


@pytest.fixture
def lead(client: Client, lena: User) -> Client:
    """A browser in which lena is signed in."""
    client.force_login(lena)
    return client


@pytest.fixture
def otto(db: None) -> User:
    """An outsider: a member of another project only."""
    user = cast.make_user("otto")
    cast.join(cast.make_project("elsewhere"), user, *Role)
    return user


@pytest.fixture
def version(project: Project, lena: User) -> RubricVersion:
    """The project's published rubric: one ordinal criterion called quality."""
    return cast.release_rubric(project, lena)
