"""Looking at pages changes nothing but holds and what was last seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session

from tasks.models import Assignment
from tests.walk import ROLES, World, crawl, make_world

# To ask for work takes a hold; a session remembers when it was last used.
MAY_CHANGE = {Assignment, Session}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def everything() -> dict[str, list[Any]]:
    """Return all rows of all tables that reading must not change."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model not in MAY_CHANGE
    }


@pytest.mark.parametrize("role", ROLES)
def test_it_changes_nothing_when_everything_is_read(world: World, role: str) -> None:
    client = world.client(role)
    before = everything()
    visited = [path for path, _, _ in crawl(world, client)]
    assert len(visited) > 50
    after = everything()
    changed = [label for label in before if before[label] != after[label]]
    assert changed == []
