"""Read a manifest of any format that is known, by its content and not by its name."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from evalhub.imaging.errors import Refused
from tasks.manifests.csv_table import read_csv
from tasks.manifests.entries import Entry, read_entry
from tasks.manifests.json_tables import read_json_lines, read_json_list
from tasks.manifests.mapping import ColumnMapping
from tasks.manifests.sources import Images
from tasks.manifests.table import Row, Table, check_is_text

_START = 4096


@dataclass(frozen=True)
class Previewed:
    """A row as it would come in, or why it would not."""

    number: int
    entry: Entry | None
    problem: str = ""


def read_table(file: BinaryIO) -> Table:
    """Return the table in a file that can be read from its start; BrokenManifestError if none."""
    start = file.read(_START)
    file.seek(0)
    check_is_text(start)
    match start.removeprefix(codecs.BOM_UTF8).lstrip()[:1]:
        case b"[":
            return read_json_list(file)
        case b"{":
            return read_json_lines(file)
        case _:
            return read_csv(file)


def preview(
    rows: Iterable[Row], mapping: ColumnMapping, n: int, images: Images | None = None
) -> list[Previewed]:
    """Return the first `n` rows as they would come in; with `images`, whether those are there."""
    return list(_previewed(islice(rows, n), mapping, images))


def _previewed(
    rows: Iterable[Row], mapping: ColumnMapping, images: Images | None
) -> Iterator[Previewed]:
    for row in rows:
        try:
            entry = read_entry(row, mapping)
            if images:
                for _, name in entry.images:
                    images.find(name)
        except Refused as refused:
            yield Previewed(row.number, None, refused.reason)
        else:
            yield Previewed(row.number, entry)
