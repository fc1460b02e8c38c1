"""Read a manifest that is JSON: an object in each line, or one list of tasks."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO, NoReturn
from urllib.parse import unquote

from tasks.manifests.table import (
    LONGEST_LINE,
    NO_ROWS,
    BrokenManifestError,
    Row,
    Table,
    text_lines,
    to_the_end,
)

NO_OBJECT = "This is no JSON object. Write one with a name and a value for each column."
# The columns are those of so many rows at the beginning.
LOOKED_AT = 100
_PIECE = 64 * 1024
_SPACE = re.compile(r"\s*")
# How Label Studio writes a file of its local storage.
_LOCAL_FILE = "/data/local-files/?d="


def read_json_lines(file: BinaryIO) -> Table:
    """Return the table of a file with a JSON object in each line. Raises BrokenManifestError."""
    return _table(_line_rows(file))


def read_json_list(file: BinaryIO) -> Table:
    """Return the table of a JSON list, such as Label Studio's tasks. Raises BrokenManifestError."""
    return _table(_list_rows(file))


def _table(found: Iterator[Row]) -> Table:
    rows = to_the_end(found)
    first = list(islice(rows, LOOKED_AT))
    columns = list(dict.fromkeys(name for row in first for name in row.cells))
    if not columns:
        raise BrokenManifestError(first[0].problem if first else NO_ROWS)
    return Table(columns, chain(first, rows))


def _line_rows(file: BinaryIO) -> Iterator[Row]:
    for number, line in enumerate(text_lines(file), start=1):
        if not line.strip():
            continue
        try:
            value = _DECODER.decode(line)
        except (ValueError, RecursionError):
            yield Row(number, problem="This line is not valid JSON.")
        else:
            yield _row(number, value)


def _list_rows(file: BinaryIO) -> Iterator[Row]:
    pieces = iter(lambda: file.read(_PIECE), b"")
    text = _Text(codecs.iterdecode(pieces, "utf-8-sig", "surrogateescape"))
    mark = text.take()  # the bracket that made this a list
    if text.next_char() == "]":
        return
    number = 0
    while mark != "]":
        number += 1
        try:
            value = text.take_value()
        except (ValueError, RecursionError) as error:
            raise BrokenManifestError(
                f"Task {number} of the list is not valid JSON, or is over 1 MB."
            ) from error
        yield _task_row(number, value)
        mark = text.take()
        if mark not in {",", "]"}:
            raise BrokenManifestError(f"The list breaks off after task {number}.")


def _task_row(number: int, task: Any) -> Row:
    """Return what a task of Label Studio says in its `data`; other objects are rows as they are."""
    if not (isinstance(task, dict) and isinstance(task.get("data"), dict)):
        return _row(number, task)
    cells = {name: _local(value) for name, value in task["data"].items()}
    if "id" in task:
        cells.setdefault("id", task["id"])
    return _row(number, cells)


def _local(value: Any) -> Any:
    if isinstance(value, list):
        return [_local(one) for one in value]
    if isinstance(value, str) and value.startswith(_LOCAL_FILE):
        return unquote(value.removeprefix(_LOCAL_FILE))
    return value


def _row(number: int, value: Any) -> Row:
    return Row(number, value) if isinstance(value, dict) else Row(number, problem=NO_OBJECT)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


class _Text:
    """Text that comes in pieces, of which what is taken is forgotten."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text, self._at = "", 0

    def next_char(self) -> str:
        """Return the next character that is no space without taking it; none at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on():
                return ""

    def take(self) -> str:
        """Return the next character that is no space, and go past it."""
        char = self.next_char()
        self._at += len(char)
        return char

    def take_value(self) -> Any:
        """Return the value that comes next, and go past it; ValueError where there is none."""
        self.next_char()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                is_too_long = len(self._text) - self._at > LONGEST_LINE
                if is_too_long or not self._read_on():
                    raise
            else:
                # At the end of what is there, a number might go on.
                if end < len(self._text) or not self._read_on():
                    self._at = end
                    return value

    def _read_on(self) -> bool:
        piece = next(self._pieces, "")
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)
