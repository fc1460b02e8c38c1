"""Manifests of small pictures, and what a worker makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evalhub.models import Project, User
from tasks import jobs
from tasks.actions import start_manifest_import
from tasks.manifests.mapping import check_mapping, guess_mapping
from tasks.manifests.reading import read_table
from tasks.manifests.sources import locate, opened_manifest
from tasks.models import Batch

Cells = dict[str, Any]


def write(folder: Path, rows: Iterable[Cells], name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def start(project: Project, manager: User, folder: Path, name: str = "rows.jsonl") -> Batch:
    where = locate(folder, name)
    with opened_manifest(where) as file:
        columns = read_table(file).columns
    return start_manifest_import(
        actor=manager,
        project=project,
        name="Monday",
        source=Batch.Source.FOLDER,
        where=where,
        mapping=check_mapping(guess_mapping(columns).mapping.pairs, columns),
    )


def run(batch: Batch) -> Batch:
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    return batch


def take_in(project: Project, manager: User, folder: Path, rows: Iterable[Cells]) -> Batch:
    write(folder, rows)
    return run(start(project, manager, folder))


def report(batch: Batch) -> dict[str, tuple[str, str]]:
    return {row.member: (row.outcome, row.reason) for row in batch.files.all()}


def numbered(count: int) -> list[Cells]:
    return [{"image": "a.png", "prompt": f"cat {number}"} for number in range(count)]
