"""Build an export and read it back with the standard library alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, NoReturn

from evalhub.models import Project, User
from reviews import jobs
from reviews.actions import request_export
from reviews.exports.bundle import bundle_path
from reviews.models import Export

Row = dict[str, Any]


class Bundle:
    """The archive of a finished export, checked against its manifest."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            assert archive.testzip() is None
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = self.document("manifest.json")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def document(self, name: str) -> Any:
        return json.loads(self.files[name], parse_constant=refuse_constant)

    def lines(self, table: str) -> list[Row]:
        text = self.files[f"{table}.jsonl"].decode()
        return [json.loads(line, parse_constant=refuse_constant) for line in text.splitlines()]

    def cells(self, table: str) -> list[dict[str, str]]:
        text = self.files[f"{table}.csv"].decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))


def refuse_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} is no JSON")


def build(project: Project, manager: User) -> Bundle:
    """Ask for an export, run its job, and open what it made."""
    return finish(request_export(actor=manager, project=project))


def finish(export: Export) -> Bundle:
    jobs.build_export(export.pk)
    export.refresh_from_db()
    assert export.is_done, export.failure
    bundle = Bundle(bundle_path(export))
    assert (export.bytes, export.sha256) == (len(bundle.content), bundle.sha256)
    return bundle


def without_guard(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from computing."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in set("=+-@\t\r") else cell
