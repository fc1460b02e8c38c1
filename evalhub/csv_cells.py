"""Cells of CSV files that a spreadsheet will open; plain data in, text out."""

from __future__ import annotations

import json
from typing import Any

# A spreadsheet takes text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Some readers break lines at these too; JSON has another way to write them.
LINE_BREAKS = {mark: f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}


def csv_cell(value: Any) -> str:
    """Return `value` as the text of a CSV cell: empty for None, JSON for lists and objects.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, and so does text
    that already looks like that: who takes one apostrophe off has the very text again.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = value if isinstance(value, str) else as_json(value)
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def as_json(value: Any) -> str:
    """Return compact JSON in the order given, on one line for every reader.

    Raises ValueError for NaN and infinity.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark, escaped in LINE_BREAKS.items():
        text = text.replace(mark, escaped)
    return text
