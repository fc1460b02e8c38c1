"""Fill a batch from a manifest: some rows at a time, and in the same transaction how far it is.

No row has a query of its own, and nothing depends on how many tasks the project has. An import
that is cut off anywhere goes on after the last rows that were written.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import F

from evalhub.imaging.errors import Refused
from evalhub.models import Project
from evalhub.work import GiveUpError, GoOnLaterError
from tasks.imports import finish_import, unreadable
from tasks.intake import content_of, draw_places, take_picture
from tasks.manifests.entries import Entry, read_entry
from tasks.manifests.mapping import ColumnMapping
from tasks.manifests.reading import read_table
from tasks.manifests.sources import Images, Where, digest, opened_images, opened_manifest
from tasks.manifests.table import BrokenManifestError, Row
from tasks.models import Batch, Image, ImportFile, Manifest, Task, TaskImage
from tasks.tags import index_tags

# A run ends well within a job's time limit; a longer import goes on in another run.
RUN_SECONDS = 600
AT_ONCE = 1000
REMEMBERED = 20_000
CHANGED = (
    "The manifest was changed while it was read: what comes after the rows that are in was left "
    "out. Import it again; what is there already is not added twice."
)
Outcome = ImportFile.Outcome


def fill_from_manifest(
    batch: Batch,
    want_renditions: Callable[[Image], object],
    on_rows: Callable[[], object] = lambda: None,
) -> None:
    """Make a task of each row of the manifest of `batch`, handing each new image on.

    `on_rows` is called now and then. Raises GiveUpError where nothing could be imported,
    GoOnLaterError when the time of one run is over.
    """
    manifest = Manifest.objects.get(batch=batch)
    if not batch.is_listed:
        try:
            _read_on(batch, manifest, want_renditions, on_rows)
        except (BrokenManifestError, Refused) as broken:
            if not manifest.last_row:
                raise GiveUpError(broken.reason) from broken
            _report_end(batch, manifest, broken.reason)
        batch.is_listed = True
        batch.save(update_fields=["is_listed"])
    finish_import(batch, "rows")


def where_is(manifest: Manifest) -> Where:
    """Return where a stored manifest and its images are."""
    return Where(Path(manifest.path), manifest.member, Path(manifest.images_path))


@dataclass(frozen=True)
class _Planned:
    """A row whose images are there, and the task that it makes unless there is one already."""

    entry: Entry
    key: str
    images: list[tuple[str, int]]
    content: uuid.UUID


@dataclass
class _Pictures:
    """The images that rows name, each taken in once; the latest are remembered by name."""

    source: Images
    new: list[Image] = field(default_factory=list)
    _known: dict[str, int | str] = field(default_factory=dict)

    def take(self, name: str) -> int:
        """Return the id of the image called `name`; Refused where it cannot be used."""
        found = self._known.pop(name, None)
        if found is None:
            found = self._look(name)
        self._known[name] = found
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        if isinstance(found, str):
            raise Refused(found)
        return found

    def _look(self, name: str) -> int | str:
        try:
            image = take_picture(self.source.content(name))
        except Refused as refused:
            return refused.reason
        except (FileNotFoundError, PermissionError) as error:
            return unreadable(error)
        self.new.append(image)
        return image.pk


def _read_on(
    batch: Batch,
    manifest: Manifest,
    want_renditions: Callable[[Image], object],
    on_rows: Callable[[], object],
) -> None:
    deadline = time.monotonic() + RUN_SECONDS
    mapping = ColumnMapping(tuple((column, use) for column, use in manifest.columns))
    with _opened(manifest) as (rows, images):
        pictures = _Pictures(images)
        while some := list(islice(rows, AT_ONCE)):
            _take(batch, manifest, some, mapping, pictures)
            for image in pictures.new:
                if image.is_pending:
                    want_renditions(image)
            pictures.new.clear()
            on_rows()
            if time.monotonic() > deadline:
                raise GoOnLaterError


@contextmanager
def _opened(manifest: Manifest) -> Iterator[tuple[Iterator[Row], Images]]:
    """Give the rows that were not read yet, and the images; BrokenManifestError if none."""
    where = where_is(manifest)
    with opened_manifest(where) as file:
        found = digest(file)
        if manifest.sha256 not in {"", found}:
            raise BrokenManifestError(CHANGED)
        if not manifest.sha256:
            manifest.sha256 = found
            manifest.save(update_fields=["sha256"])
        table = read_table(file)
        with opened_images(where) as images:
            last = manifest.last_row
            yield (row for row in table.rows if row.number > last), images


def _take(
    batch: Batch,
    manifest: Manifest,
    rows: Sequence[Row],
    mapping: ColumnMapping,
    pictures: _Pictures,
) -> None:
    """Write the tasks of `rows` and how far that is, and what is to be reported of them."""
    planned: list[_Planned] = []
    reported: list[ImportFile] = []
    for row in rows:
        try:
            planned.append(_plan(read_entry(row, mapping), pictures))
        except Refused as refused:
            reported.append(_report(batch, manifest, row.number, Outcome.REFUSED, refused.reason))
    _write(batch, manifest, planned, reported, rows[-1].number)
    manifest.last_row = rows[-1].number


def _plan(entry: Entry, pictures: _Pictures) -> _Planned:
    images = [(role, pictures.take(name)) for role, name in entry.images]
    key = entry.key or f"row {entry.number}"
    return _Planned(entry, key, images, content_of(images, entry.prompt))


@transaction.atomic
def _write(
    batch: Batch,
    manifest: Manifest,
    planned: list[_Planned],
    reported: list[ImportFile],
    last_row: int,
) -> None:
    # Locked: another number that is wanted meanwhile either meets these tasks or is read for
    # them, and of two imports at once each meets what the other has written.
    project = Project.objects.select_for_update(no_key=True).get(pk=batch.project_id)
    stored = Manifest.objects.select_for_update(no_key=True).get(pk=manifest.pk)
    if stored.last_row != manifest.last_row:
        raise GoOnLaterError  # another run took this one over
    there = _whats_there(batch, planned)
    new = []
    for one in planned:
        problem = there.get(one.content) or (there.get(one.key) if one.entry.key else None)
        if problem:
            report = _report(batch, manifest, one.entry.number, Outcome.DUPLICATE, problem)
            reported.append(report)
            continue
        there[one.content] = _same(one.key, "in this import")
        there[one.key] = _same_key(one.key, "in this import")
        new.append(one)
    _add_tasks(project, batch, new)
    ImportFile.objects.bulk_create(reported)
    Manifest.objects.filter(pk=manifest.pk).update(
        last_row=last_row, rows_accepted=F("rows_accepted") + len(new)
    )


def _add_tasks(project: Project, batch: Batch, planned: Sequence[_Planned]) -> None:
    tasks = Task.objects.bulk_create(
        Task(
            project_id=project.pk,
            batch_id=batch.pk,
            key=one.key,
            kind=one.entry.kind,
            priority=one.entry.priority,
            prompt=one.entry.prompt,
            tags=list(one.entry.tags),
            hidden_context=one.entry.hidden,
            content=one.content,
            **draw_places(project),
        )
        for one in planned
    )
    index_tags(tasks)
    TaskImage.objects.bulk_create(
        TaskImage(task_id=task.pk, image_id=image_id, role=role, position=position)
        for task, one in zip(tasks, planned, strict=True)
        for position, (role, image_id) in enumerate(one.images)
    )


def _whats_there(batch: Batch, planned: Sequence[_Planned]) -> dict[uuid.UUID | str, str]:
    """Return the sentence for each content and each key that the project has a task with."""
    tasks = Task.objects.filter(project=batch.project_id).order_by()
    columns = ("key", "content", "batch_id", "batch__name")
    there: dict[uuid.UUID | str, str] = {}
    keys = [one.key for one in planned if one.entry.key]
    for key, _, batch_id, name in tasks.filter(key__in=keys).values_list(*columns):
        there[key] = _same_key(key, _where(batch, batch_id, name))
    contents = [one.content for one in planned]
    for key, content, batch_id, name in tasks.filter(content__in=contents).values_list(*columns):
        if content:
            there[content] = _same(key, _where(batch, batch_id, name))
    return there


def _where(batch: Batch, batch_id: int, name: str) -> str:
    return "in this import" if batch_id == batch.pk else f"in the batch “{name}”"


def _same(key: str, where: str) -> str:
    return (
        f"The same images with the same prompt are already there as “{key}” {where}. "
        "They were not added again."
    )


def _same_key(key: str, where: str) -> str:
    return f"There is already a task with the key “{key}” {where}. This row was not added."


def _report(
    batch: Batch, manifest: Manifest, number: int, outcome: ImportFile.Outcome, reason: str
) -> ImportFile:
    return ImportFile(
        batch=batch,
        path=manifest.path,
        member=f"row {number}",
        name=f"{where_is(manifest).name}, row {number}",
        outcome=outcome,
        reason=reason,
    )


def _report_end(batch: Batch, manifest: Manifest, reason: str) -> None:
    """Report, once, why the rows after the last one were not read."""
    end = _report(batch, manifest, manifest.last_row + 1, Outcome.REFUSED, reason)
    ImportFile.objects.bulk_create([end], ignore_conflicts=True)
