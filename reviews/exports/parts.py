"""Write the parts of a bundle: JSON lines and CSV, streamed, hashed while written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

# A spreadsheet takes text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Part:
    """One written file of a bundle."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


class PartWriter:
    """Write one file below `folder` and know its rows, size and hash when it is closed."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.rows: int | None = None
        self._path = folder / name
        self._size = 0
        self._hash = hashlib.sha256()

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = self._path.open("wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, text: str) -> None:
        content = text.encode()
        self._file.write(content)
        self._hash.update(content)
        self._size += len(content)

    def part(self) -> Part:
        """Return what was written; a document has no rows."""
        return Part(self.name, self.rows, self._size, self._hash.hexdigest())


class JsonLinesWriter(PartWriter):
    """One JSON object per line."""

    def add(self, row: Mapping[str, Any]) -> None:
        self.write(as_json(row) + "\n")
        self.rows = (self.rows or 0) + 1


class CsvWriter(PartWriter):
    """One line per row below a head; text never starts a formula, numbers stay numbers."""

    def __init__(self, folder: Path, name: str, columns: Sequence[str]) -> None:
        super().__init__(folder, name)
        self._columns = columns

    def __enter__(self) -> Self:
        super().__enter__()
        self._line(self._columns)
        return self

    def add(self, row: Mapping[str, Any]) -> None:
        self._line([csv_cell(row[column]) for column in self._columns])
        self.rows = (self.rows or 0) + 1

    def _line(self, cells: Sequence[str]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(cells)
        self.write(line.getvalue())


def csv_cell(value: Any) -> str:
    """Return `value` as the text of a CSV cell: empty for None, JSON for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = value if isinstance(value, str) else as_json(value)
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_json(value: Any) -> str:
    """Return compact JSON in the order given; raises ValueError for NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_table(
    folder: Path, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> list[Part]:
    """Write `rows` as `name`.jsonl and `name`.csv in one pass, and return both parts."""
    with ExitStack() as stack:
        lines = stack.enter_context(JsonLinesWriter(folder, f"{name}.jsonl"))
        cells = stack.enter_context(CsvWriter(folder, f"{name}.csv", columns))
        for row in rows:
            lines.add(row)
            cells.add(row)
    return [lines.part(), cells.part()]


def write_document(folder: Path, name: str, value: Any) -> Part:
    """Write one JSON document that people may read."""
    with PartWriter(folder, name) as writer:
        writer.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    return writer.part()


def finite(number: float | None) -> float | None:
    """Return `number`, or None where it is not finite."""
    return number if number is not None and math.isfinite(number) else None
