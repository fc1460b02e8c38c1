"""What each process reads and draws of a released version only once: nothing may change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.core.cache import caches
from django.utils.safestring import SafeString

from rubrics.models import Criterion, RubricVersion

VERSIONS_KEPT = 64


def criteria_of(version: RubricVersion) -> list[Criterion]:
    """Return the criteria of `version` in order, with their levels, to be read and not changed.

    Without a query for a released version that this process has met before.
    """
    if version.published_at is None:
        return list(version.criteria.in_order())
    return list(_released(version.pk, version.published_at))


def draw_once(version: RubricVersion, name: str, draw: Callable[[], SafeString]) -> SafeString:
    """Return what `draw` gives, drawn once by each process under `name` of a released version."""
    if version.published_at is None:
        return draw()
    key = f"{version.pk}.{version.published_at.timestamp()}.{name}"
    kept: SafeString | None = caches["drawn"].get(key)
    if kept is not None:
        return kept
    drawn = draw()
    caches["drawn"].set(key, drawn, timeout=None)
    return drawn


@lru_cache(VERSIONS_KEPT)
def _released(pk: int, _published_at: datetime) -> tuple[Criterion, ...]:
    rows = Criterion.objects.filter(version=pk).select_related("version__rubric__project")
    return tuple(rows.in_order())
