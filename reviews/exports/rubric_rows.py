"""What a bundle says of the rubric: its versions in full, and what each release changed."""

from __future__ import annotations

from typing import Any

from evalhub.models import Project
from reviews.exports.parts import utc
from rubrics.files import file_of
from rubrics.files.convert import to_data
from rubrics.models import CriterionChange, RubricVersion


def released_versions(using: str, project: Project) -> list[RubricVersion]:
    """Return the versions of the project's rubric that judgments can rest on, oldest first."""
    versions = RubricVersion.objects.using(using).filter(rubric__project=project)
    return list(
        versions.exclude(state=RubricVersion.State.DRAFT)
        .select_related("rubric")
        .prefetch_related("changes__earlier")
        .order_by("number")
    )


def version_document(version: RubricVersion) -> dict[str, Any]:
    """Return a version in full; `file` is a rubric file that can be imported again."""
    return {
        "version": version.number,
        "state": version.state,
        "published_at": utc(version.published_at) if version.published_at else None,
        "release_notes": version.release_notes,
        "older_work": version.older_work or None,
        "changes": [_change(change) for change in version.changes.all()],
        "file": to_data(file_of(version)),
    }


def _change(change: CriterionChange) -> dict[str, Any]:
    return {
        "criterion": change.criterion_key or None,
        "since": change.earlier.number,
        "change": change.decided,
        "comparable": change.is_comparable,
    }
