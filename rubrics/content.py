"""A rubric version as plain data: what it says, apart from when and by whom it was released."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rubrics.models import Criterion, RubricVersion

_COLUMNS = (
    "key",
    "type",
    "title",
    "description",
    "direction",
    "is_required",
    "allows_not_applicable",
    "justification_rule",
    "justification_band_low",
    "justification_band_high",
    "justification_min_length",
    "settings",
)


def version_content(version: RubricVersion) -> dict[str, Any]:
    """Return what `version` says: its instruction and its criteria in order, as JSON values."""
    return {
        "instruction": version.instruction,
        "criteria": [_criterion_content(row) for row in version.criteria.in_order()],
    }


def hash_version(version: RubricVersion) -> str:
    """Return the SHA-256, in hex, of what `version` says."""
    content = json.dumps(version_content(version), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _criterion_content(criterion: Criterion) -> dict[str, Any]:
    return {
        **{name: getattr(criterion, name) for name in _COLUMNS},
        "levels": [
            {
                "key": level.key,
                "value": level.value,
                "label": level.label,
                "descriptor": level.descriptor,
            }
            for level in criterion.levels.all()
        ],
    }
