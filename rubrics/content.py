"""Between a stored version and what it says as plain values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from typing import Any

from rubrics.models import Criterion, Level, RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

# The columns of a criterion that have the same name and meaning in its spec.
COLUMNS = tuple(field.name for field in fields(CriterionSpec) if field.name != "levels")


def spec_of(version: RubricVersion) -> RubricSpec:
    """Return what `version` says."""
    return RubricSpec(
        instruction=version.instruction,
        criteria=tuple(criterion_spec(row) for row in version.criteria.in_order()),
        presentation=version.presentation,
        sample_task=version.sample_task,
    )


def criterion_spec(criterion: Criterion) -> CriterionSpec:
    """Return what `criterion` says, with its levels."""
    columns: dict[str, Any] = {name: getattr(criterion, name) for name in COLUMNS}
    return CriterionSpec(
        **columns, levels=tuple(_level_spec(level) for level in criterion.levels.all())
    )


def hash_version(version: RubricVersion) -> str:
    """Return the SHA-256, in hex, of what `version` says."""
    content = json.dumps(asdict(spec_of(version)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _level_spec(level: Level) -> LevelSpec:
    return LevelSpec(
        value=level.value,
        label=level.label,
        descriptor=level.descriptor,
        key=level.key,
        group=level.group,
        example=level.example.sha256 if level.example else "",
    )
