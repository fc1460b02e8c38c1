"""Write a rubric as a file: the same rubric always gives the same bytes."""

from __future__ import annotations

import json
from typing import Any, Literal

import yaml

from evalhub.imaging.limits import MEBIBYTE
from rubrics.files.convert import RubricFile, to_data
from rubrics.files.problems import FileProblem, RubricFileError
from rubrics.files.reading import MOST_BYTES
from rubrics.files.tree import NUMBER

Format = Literal["yaml", "json"]

_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_BREAKS = "\r\x85\u2028\u2029"
_WIDTH = 100


def write_rubric(file: RubricFile, file_format: Format = "yaml") -> str:
    """Return the text of `file`; RubricFileError where it would be too large to be read again."""
    data = to_data(file)
    text = _as_json(data) if file_format == "json" else _as_yaml(data)
    if (size := len(text.encode())) > MOST_BYTES:
        sentence = (
            f"The file would have {size / MEBIBYTE:.1f} MB; {MOST_BYTES // MEBIBYTE} MB are the "
            "most. Export it without the example images, or remove some of them."
        )
        raise RubricFileError([FileProblem("examples", 1, sentence)])
    return text


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_yaml(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


class _Dumper(yaml.SafeDumper):
    """Quote whatever one of the YAML readers might take for something other than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True  # what stands twice is written twice

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if any(one in text for one in _BREAKS):
        style = '"'  # readers do not agree on which of these end a line
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)
_Dumper.add_implicit_resolver(_FLOAT, NUMBER, list("-0123456789"))
