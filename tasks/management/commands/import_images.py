"""Import a folder of pictures into a project, or the rows of a manifest that names them."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from evalhub.imaging.errors import Refused
from evalhub.models import Project, Role, User
from tasks import jobs
from tasks.actions import start_import, start_manifest_import
from tasks.imports import count_outcomes
from tasks.manifests.entries import Entry
from tasks.manifests.mapping import ColumnMapping, MappingError, check_mapping, guess_mapping
from tasks.manifests.reading import preview, read_table
from tasks.manifests.sources import Where, locate, opened_images, opened_manifest
from tasks.manifests.table import BrokenManifestError
from tasks.models import Batch, ImportFile, Manifest

SHOWN_AT_MOST = 20
SAY_EVERY_SECONDS = 2.0
PREVIEWED_ROWS = 5


class Command(BaseCommand):
    help = "Import the pictures of FOLDER (or of a ZIP) as a batch of PROJECT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's short name, as in its address")
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--manifest",
            default="",
            metavar="FILE",
            help="a table (CSV, JSON lines, a JSON list of tasks) with a row for each task",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=USE",
            help="what a column of the manifest is for, in place of the guess by usual names",
        )
        parser.add_argument(
            "--preview", action="store_true", help="show the first rows, and write nothing"
        )
        parser.add_argument("--name", default="", help="the batch's name (the folder's by default)")
        parser.add_argument("--user", default="", help="the manager who imports")
        parser.add_argument(
            "--background", action="store_true", help="leave the work to a Celery worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project called “{options['project']}”.")
        folder: Path = options["folder"]
        if not folder.exists():
            raise CommandError(f"There is no folder called {folder}.")
        try:
            batch = self._start(project, folder, options)
        except (BrokenManifestError, MappingError, PermissionDenied, Refused) as error:
            raise CommandError(str(error)) from error
        if batch is None:
            return
        if options["background"]:
            self.stdout.write(f"Batch {batch.pk} waits for a worker.")
            return
        while batch.is_pending:
            jobs.import_once(batch.pk, self._progress(batch))
            batch.refresh_from_db()
            if batch.is_pending:
                time.sleep(1)  # a worker has it, or it goes on in another run
        self._report(batch)

    def _start(self, project: Project, folder: Path, options: dict[str, Any]) -> Batch | None:
        """Begin the import; None where the manifest was only to be shown."""
        name, source = options["name"] or folder.resolve().name, Batch.Source.FOLDER
        if not options["manifest"]:
            if options["map"] or options["preview"]:
                raise CommandError("Name the manifest with --manifest.")
            actor = self._manager(project, options["user"])
            return start_import(
                actor=actor, project=project, name=name, source=source, paths=[folder]
            )
        where = locate(folder, options["manifest"])
        with opened_manifest(where) as file:
            columns = read_table(file).columns
        mapping = self._mapping(columns, options["map"])
        if options["preview"]:
            self._preview(where, columns, mapping)
            return None
        return start_manifest_import(
            actor=self._manager(project, options["user"]),
            project=project,
            name=name,
            source=source,
            where=where,
            mapping=mapping,
        )

    def _mapping(self, columns: list[str], given: list[str]) -> ColumnMapping:
        if given:
            pairs = [one.rpartition("=") for one in given]
            return check_mapping([(column, use) for column, _, use in pairs], columns)
        guess = guess_mapping(columns)
        for note in guess.notes:
            self.stdout.write(note)
        return check_mapping(guess.mapping.pairs, columns)

    def _preview(self, where: Where, columns: list[str], mapping: ColumnMapping) -> None:
        uses = dict(mapping.pairs)
        for column in columns:
            self.stdout.write(f"{column}: {uses.get(column, 'left out')}")
        with opened_manifest(where) as file, opened_images(where) as images:
            for row in preview(read_table(file).rows, mapping, PREVIEWED_ROWS, images):
                said = _in_words(row.entry) if row.entry else row.problem
                self.stdout.write(f"row {row.number}: {said}")

    def _progress(self, batch: Batch) -> Callable[[], None]:
        """Return what is called after each file, and now and then says how far the import is."""
        said_at = time.monotonic()

        def say() -> None:
            nonlocal said_at
            if time.monotonic() - said_at < SAY_EVERY_SECONDS:
                return
            said_at = time.monotonic()
            counts = count_outcomes(batch)
            listed = sum(counts.values())
            if Manifest.objects.filter(batch=batch).exists():
                self.stdout.write(f"{listed:,} rows looked at")
                return
            self.stdout.write(f"{listed - counts['waiting']:,} of {listed:,} files looked at")

        return say

    def _manager(self, project: Project, username: str) -> User:
        managers = User.objects.filter(
            memberships__project=project, memberships__role=Role.MANAGER, is_active=True
        )
        manager = managers.filter(username=username).first() if username else managers.first()
        if manager is None:
            who = f"“{username}” is no manager" if username else "There is no manager"
            raise CommandError(f"{who} of {project.name}. Name one with --user.")
        return manager

    def _report(self, batch: Batch) -> None:
        counts = count_outcomes(batch)
        self.stdout.write(
            f"{counts['accepted']} accepted, {counts['duplicate']} duplicate, "
            f"{counts['refused']} refused."
        )
        refused = batch.files.filter(outcome=ImportFile.Outcome.REFUSED)
        for row in refused[:SHOWN_AT_MOST]:
            self.stdout.write(f"  {row.name}: {row.reason}")
        if counts["refused"] > SHOWN_AT_MOST:
            self.stdout.write(f"  … and {counts['refused'] - SHOWN_AT_MOST} more on its page.")
        if batch.has_failed:
            raise CommandError(batch.failure)


def _in_words(entry: Entry) -> str:
    """Return what a row of a manifest would come in as, in a line."""
    said = {
        "images": ", ".join(f"{role} {name}" for role, name in entry.images),
        "key": entry.key,
        "prompt": entry.prompt,
        "tags": ", ".join(entry.tags),
        "hidden": ", ".join(entry.hidden),
        "priority": entry.priority,
        "kind": entry.kind,
    }
    return "; ".join(f"{what}: {value}" for what, value in said.items() if value)
