"""Write the parts of a bundle: JSON lines and CSV, streamed, hashed while written."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from evalhub.csv_cells import as_json, csv_cell


@dataclass(frozen=True)
class Part:
    """One written file of a bundle."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


class PartWriter:
    """Write one file below `folder` and know its rows, size and hash when it is closed."""

    has_rows = False

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._rows = 0
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

    def write(self, text: str) -> int:
        content = text.encode()
        self._file.write(content)
        self._hash.update(content)
        self._size += len(content)
        return len(text)

    def part(self) -> Part:
        """Return what was written; a document has no rows."""
        rows = self._rows if self.has_rows else None
        return Part(self.name, rows, self._size, self._hash.hexdigest())


class JsonLinesWriter(PartWriter):
    """One JSON object per line."""

    has_rows = True

    def add(self, row: Mapping[str, Any]) -> None:
        self.write(as_json(row) + "\n")
        self._rows += 1


class CsvWriter(PartWriter):
    """One line per row below a head; text never starts a formula, numbers stay numbers."""

    has_rows = True

    def __init__(self, folder: Path, name: str, columns: Sequence[str]) -> None:
        super().__init__(folder, name)
        self._columns = columns
        self._csv = csv.writer(self, lineterminator="\r\n")

    def __enter__(self) -> Self:
        super().__enter__()
        self._csv.writerow(self._columns)
        return self

    def add(self, row: Mapping[str, Any]) -> None:
        self._csv.writerow([csv_cell(row[column]) for column in self._columns])
        self._rows += 1


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


def utc(moment: datetime) -> str:
    """Return `moment` as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
