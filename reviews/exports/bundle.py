"""Build a bundle: parts in a temporary folder, hashes, one archive, one rename."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from evalhub.models import ActionLog, Project
from evalhub.snapshot import consistent_snapshot
from reviews.exports import rows
from reviews.exports.parts import CsvWriter, JsonLinesWriter, Part, write_document, write_table
from reviews.exports.rubric_rows import released_versions, version_document
from reviews.models import Export
from tasks.models import Judgment

SCHEMA_VERSION = 3
PROGRESS_EVERY = 500
# Every member carries the same moment, so that the same snapshot gives the same bytes.
MEMBER_TIME = (2000, 1, 1, 0, 0, 0)


def build_bundle(export: Export) -> None:
    """Write the archive of `export` and note its size and hash.

    Nothing is visible before the whole archive is on disk; a build that is cut off is begun anew
    and leaves nothing behind.
    """
    folder = bundle_folder(export.project)
    folder.mkdir(parents=True, exist_ok=True)
    work_prefix = f".building-{export.number}-"
    for left_over in folder.glob(f"{work_prefix}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=work_prefix, dir=folder) as work:
        parts = Path(work) / "parts"
        parts.mkdir()
        names, watermark = _write_parts(export, parts)
        archive = Path(work) / "bundle.zip"
        sha256 = _pack(parts, names, archive)
        export.file_name = f"evalhub-{export.project.slug}-export-{export.number}.zip"
        export.bytes, export.sha256 = archive.stat().st_size, sha256
        export.watermark = watermark
        archive.rename(folder / export.file_name)
    _sync_folder(folder)
    export.save(update_fields=["file_name", "bytes", "sha256", "watermark"])


def bundle_folder(project: Project) -> Path:
    """Return the folder that holds the finished bundles of `project`."""
    return Path(settings.EXPORT_ROOT) / str(project.pk)


def bundle_path(export: Export) -> Path:
    """Return where the archive of a finished export lies."""
    return bundle_folder(export.project) / export.file_name


def _write_parts(export: Export, folder: Path) -> tuple[list[str], int]:
    """Write every part as of one moment; return their names and the newest judgment of it."""
    project = export.project
    pseudonym = rows.pseudonyms_of(project)
    with consistent_snapshot() as using:
        judgments = Judgment.objects.using(using).filter(project=project).order_by()
        watermark = judgments.aggregate(newest=Max("pk"))["newest"] or 0
        evaluators = judgments.values("evaluator").distinct().count()
        Export.objects.filter(pk=export.pk).update(rows_expected=judgments.count(), rows_written=0)
        parts = _write_judgments(export, folder, using, pseudonym)
        parts += write_table(folder, "tasks", rows.TASK_COLUMNS, rows.task_rows(using, project))
        flags = rows.flag_rows(using, project, pseudonym)
        parts += write_table(folder, "flags", rows.FLAG_COLUMNS, flags)
        feedback = rows.feedback_rows(using, project, pseudonym)
        parts += write_table(folder, "feedback", rows.FEEDBACK_COLUMNS, feedback)
        versions = released_versions(using, project)
        for version in versions:
            name = f"rubric/v{version.number}.json"
            parts.append(write_document(folder, name, version_document(version)))
        agreement = rows.agreement_rows(using, project)
        parts.append(write_document(folder, "agreement.json", agreement))
        log = _end_of_log(using, project)
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "project": {"slug": project.slug, "name": project.name},
        "filters": {},
        "counts": _count_rows(parts) | {"evaluators": evaluators},
        "rubric_versions": [version.number for version in versions],
        "snapshot": {
            "newest_judgment": watermark,
            "action_log": log,
        },
        "files": {
            part.name: {"rows": part.rows, "bytes": part.bytes, "sha256": part.sha256}
            for part in parts
        },
    }
    write_document(folder, "manifest.json", manifest)
    return ["manifest.json", *(part.name for part in parts)], watermark


def _end_of_log(using: str, project: Project) -> dict[str, Any]:
    """Return the position and hash of the newest logged action that is not about an export.

    To ask for one changes nothing in it: two exports with nothing between them are the same.
    """
    actions = ActionLog.objects.using(using).filter(chain__name=f"project-{project.pk}")
    newest = actions.exclude(object_type=Export._meta.label_lower).order_by("-position").first()
    return {"length": newest.position if newest else 0, "head": newest.hash if newest else ""}


def _write_judgments(
    export: Export, folder: Path, using: str, pseudonym: rows.Pseudonym
) -> list[Part]:
    """Write judgments, scores and pairs side by side, in one pass over the judgments."""
    with ExitStack() as stack:
        judgment_writers: list[JsonLinesWriter | CsvWriter] = [
            stack.enter_context(JsonLinesWriter(folder, "judgments.jsonl")),
            stack.enter_context(CsvWriter(folder, "judgments.csv", rows.JUDGMENT_COLUMNS)),
        ]
        score_writers: list[JsonLinesWriter | CsvWriter] = [
            stack.enter_context(JsonLinesWriter(folder, "scores.jsonl")),
            stack.enter_context(CsvWriter(folder, "scores.csv", rows.SCORE_COLUMNS)),
        ]
        pair_writers: list[JsonLinesWriter | CsvWriter] = [
            stack.enter_context(JsonLinesWriter(folder, "pairs.jsonl")),
            stack.enter_context(CsvWriter(folder, "pairs.csv", rows.PAIR_COLUMNS)),
        ]
        for judgment in _counted(export, rows.judgments_in(using, export.project)):
            row = rows.judgment_row(judgment, pseudonym)
            for writer in judgment_writers:
                writer.add(row)
            for score_row in rows.score_rows(judgment, row):
                for writer in score_writers:
                    writer.add(score_row)
            for pair_row in rows.pair_rows(judgment, row):
                for writer in pair_writers:
                    writer.add(pair_row)
    return [writer.part() for writer in (*judgment_writers, *score_writers, *pair_writers)]


def _counted(export: Export, judgments: Iterator[Judgment]) -> Iterator[Judgment]:
    """Pass the judgments on, and write the progress that the page shows."""
    written = 0
    for written, judgment in enumerate(judgments, start=1):
        yield judgment
        if written % PROGRESS_EVERY == 0:
            Export.objects.filter(pk=export.pk).update(rows_written=written)
    Export.objects.filter(pk=export.pk).update(rows_written=written)


def _count_rows(parts: list[Part]) -> dict[str, int]:
    """Return the rows of each table by its name."""
    return {part.name.partition(".")[0]: part.rows for part in parts if part.rows is not None}


def _pack(parts: Path, names: list[str], archive: Path) -> str:
    """Pack the parts into `archive`, on disk when this returns, and return its SHA-256."""
    with archive.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name in names:
                member = zipfile.ZipInfo(name, MEMBER_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                # Told beforehand, so that a part over 2 GiB gets the wider headers it needs.
                member.file_size = (parts / name).stat().st_size
                with (parts / name).open("rb") as source, bundle.open(member, "w") as target:
                    shutil.copyfileobj(source, target)
        file.flush()
        os.fsync(file.fileno())
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
