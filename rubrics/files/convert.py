"""Between a rubric and the plain data of its file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from rubrics.files.layout import EDITION, FORMAT
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

BASE64_WIDTH = 76


@dataclass(frozen=True)
class RubricFile:
    """What a rubric file holds; `examples` are WebP images by their SHA-256, in hex."""

    name: str
    spec: RubricSpec
    examples: dict[str, bytes] = field(default_factory=dict)


# Names in the file, and the columns they are kept in.
_BEFORE = {
    "key": "key",
    "type": "type",
    "title": "title",
    "section": "section",
    "description": "description",
    "direction": "direction",
    "required": "is_required",
    "per_image": "is_per_image",
    "not_applicable": "allows_not_applicable",
}
_NESTED = {
    "justification": {
        "rule": "justification_rule",
        "from": "justification_band_low",
        "to": "justification_band_high",
        "min_length": "justification_min_length",
        "cite": "justification_cites",
    },
    "gate": {"from": "gate_low", "to": "gate_high"},
}
_CONDITION = {
    "criterion": "condition_criterion",
    "from": "condition_low",
    "to": "condition_high",
}
_EFFECTS = {"show_when": "show", "require_when": "require"}
_LEVEL = ("key", "value", "label", "descriptor", "group", "example")
_BANDS = ("from", "to")
_DEFAULTS: dict[str, Any] = {
    one.name: one.default for one in (*fields(CriterionSpec), *fields(LevelSpec))
}


def to_data(file: RubricFile) -> dict[str, Any]:
    """Return what stands in the file; whatever is as it is by default is left out."""
    spec = file.spec
    optional = {
        "instruction": spec.instruction,
        "presentation": spec.presentation,
        "criteria": [_criterion_data(criterion) for criterion in spec.criteria],
        "sample_task": spec.sample_task,
        "examples": {sha256: _encode(file.examples[sha256]) for sha256 in sorted(file.examples)},
    }
    return {FORMAT: EDITION, "name": file.name, **_filled(optional)}


def from_data(data: Mapping[str, Any]) -> RubricFile:
    """Return what checked data says; an example that is no Base64 comes out empty.

    Texts come out as the editor stores them, without white space around them.
    """
    spec = RubricSpec(
        instruction=_stripped(data.get("instruction", "")),
        criteria=tuple(_criterion_spec(row) for row in data["criteria"]),
        presentation=dict(data.get("presentation", {})),
        sample_task=dict(data.get("sample_task", {})),
    )
    given = data.get("examples", {})
    examples = {sha256: decode_example(given[sha256]) for sha256 in given}
    return RubricFile(data["name"], spec, examples)


def decode_example(text: str) -> bytes:
    """Return the bytes that Base64 stands for; empty where it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _criterion_data(criterion: CriterionSpec) -> dict[str, Any]:
    found = _part(criterion, _BEFORE)
    for name, columns in _NESTED.items():
        found[name] = _part(criterion, columns)
    for name, effect in _EFFECTS.items():
        if criterion.condition_effect == effect:
            found[name] = _part(criterion, _CONDITION)
    found["settings"] = criterion.settings
    found["levels"] = [_level_data(level) for level in criterion.levels]
    return _filled(found)


def _part(criterion: CriterionSpec, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns that are not at their default, under their names in the file."""
    found = {}
    for name, column in columns.items():
        value = getattr(criterion, column)
        if value != _DEFAULTS[column]:
            is_whole = name in _BANDS and float(value).is_integer() and abs(value) < 2**53
            found[name] = int(value) if is_whole else value
    return found


def _level_data(level: LevelSpec) -> dict[str, Any]:
    given = {name: getattr(level, name) for name in _LEVEL}
    return {
        name: value
        for name, value in given.items()
        if name in {"value", "label"} or value != _DEFAULTS[name]
    }


def _criterion_spec(data: Mapping[str, Any]) -> CriterionSpec:
    columns = _columns(data, _BEFORE)
    for name, inner in _NESTED.items():
        columns |= _columns(data.get(name, {}), inner)
    for name, effect in _EFFECTS.items():
        if name in data:
            columns |= {"condition_effect": effect, **_columns(data[name], _CONDITION)}
    levels = tuple(
        LevelSpec(**{name: _stripped(value) for name, value in row.items()})
        for row in data.get("levels", ())
    )
    return CriterionSpec(**columns, settings=dict(data.get("settings", {})), levels=levels)


def _columns(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        column: float(data[name]) if name in _BANDS else _stripped(data[name])
        for name, column in names.items()
        if name in data
    }


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", {}, [])}


def _encode(content: bytes) -> str:
    text = base64.b64encode(content).decode()
    lines = (text[at : at + BASE64_WIDTH] for at in range(0, len(text), BASE64_WIDTH))
    return "\n".join(lines) + "\n"
