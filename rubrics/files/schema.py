"""The published JSON Schema of rubric files, made from the layout and the criterion types."""

from __future__ import annotations

import json
from typing import Any

from rubrics.files.layout import RUBRIC


def rubric_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a rubric file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "evalhub rubric",
        **RUBRIC.schema(),
    }


def schema_text() -> str:
    """Return the schema as it stands in docs/rubric.schema.json."""
    return json.dumps(rubric_schema(), indent=2, ensure_ascii=False) + "\n"
