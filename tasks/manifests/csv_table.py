"""Read a manifest that is CSV, with commas, semicolons or tabs between its cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from tasks.manifests.table import NO_ROWS, NO_TEXT, BrokenManifestError, Row, Table, text_lines
from tasks.manifests.table import to_the_end as _to_the_end

QUOTES = (
    "The quotation marks of this row do not match, or a cell is longer than 131,000 characters. "
    "Save the table as CSV again."
)


def read_csv(file: BinaryIO) -> Table:
    """Return the table in `file`: its first line names the columns. Raises BrokenManifestError."""
    lines = text_lines(file)
    header = next(lines, "")
    names, delimiter = max(
        ((_split(header, mark), mark) for mark in ",;\t"), key=lambda found: len(found[0])
    )
    named = [name for name in names if name]
    if not named:
        raise BrokenManifestError(f"The first line names no columns. {NO_ROWS}")
    if any("\ud800" <= char <= "\udfff" for char in header):
        raise BrokenManifestError(NO_TEXT)
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise BrokenManifestError(f"Two columns are called “{twice[0]}”. Rename one of them.")
    return Table(named, _to_the_end(_rows(lines, names, delimiter)))


def _split(header: str, delimiter: str) -> list[str]:
    try:
        found = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [name.strip() for name in found]


def _rows(lines: Iterator[str], names: list[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 1  # as a spreadsheet counts: the header is the first
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(number, problem=QUOTES)
            continue
        if any(cells):
            yield _row(number, names, cells)


def _row(number: int, names: list[str], cells: list[str]) -> Row:
    missing = len(names) - len(cells)
    if missing > 0 or any(cells[len(names) :]):
        problem = f"This row has {len(cells)} cells, and the first line names {len(names)} columns."
        return Row(number, problem=problem)
    return Row(number, {name: cell for name, cell in zip(names, cells, strict=False) if name})
