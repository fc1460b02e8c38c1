"""A manifest as a table: its columns, and its rows one after the other, in constant memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

LONGEST_LINE = 1024 * 1024
NO_TEXT = (
    "This manifest is not UTF-8 text. Save it as “CSV UTF-8”, JSON lines or JSON; "
    "workbooks and Parquet files are not read."
)
TOO_LONG = "A line of the manifest is over 1 MB. Check that it is a table with a row per task."
NO_ROWS = "There are no rows in the manifest. Give it a row for each task."
_OTHER_FILES = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK\3\4", b"PAR1")


class BrokenManifestError(Exception):
    """The manifest cannot be read on from here; `reason` says so to the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as a person counts it, and its cells by column or what is wrong."""

    number: int
    cells: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a manifest, and its rows, which can be gone through once."""

    columns: list[str]
    rows: Iterator[Row]


def text_lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text; bytes that are no UTF-8 stay in it as lone surrogates."""
    is_first = True
    while line := file.readline(LONGEST_LINE + 1):
        if is_first:
            check_is_text(line)
            line = line.removeprefix(codecs.BOM_UTF8)
            is_first = False
        if len(line) > LONGEST_LINE:
            raise BrokenManifestError(TOO_LONG)
        yield line.decode("utf-8", "surrogateescape")


def check_is_text(start: bytes) -> None:
    """Raise BrokenManifestError where a file that begins so is plainly no UTF-8 text."""
    if start.startswith(_OTHER_FILES) or b"\0" in start:
        raise BrokenManifestError(NO_TEXT)


def to_the_end(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield `rows`; where they cannot be read on, a last one that says so."""
    number = 0
    try:
        for row in rows:
            number = row.number
            yield row
    except BrokenManifestError as broken:
        yield Row(number + 1, problem=f"{broken.reason} Nothing from here on was read.")
