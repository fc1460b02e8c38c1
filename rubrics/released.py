"""The criteria of released versions, read once by each process: nothing may change them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from rubrics.models import Criterion, RubricVersion

VERSIONS_KEPT = 64


def criteria_of(version: RubricVersion) -> list[Criterion]:
    """Return the criteria of `version` in order, with their levels, to be read and not changed.

    Without a query for a released version that this process has met before.
    """
    if version.published_at is None:
        return list(version.criteria.in_order())
    return list(_released(version.pk, version.published_at))


@lru_cache(VERSIONS_KEPT)
def _released(pk: int, _published_at: datetime) -> tuple[Criterion, ...]:
    rows = Criterion.objects.filter(version=pk).select_related("version__rubric__project")
    return tuple(rows.in_order())
