"""Import a folder of pictures into a project."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from evalhub.models import Project, Role, User
from tasks import jobs
from tasks.actions import start_import
from tasks.imports import count_outcomes
from tasks.models import Batch, ImportFile

SHOWN_AT_MOST = 20
SAY_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Import the pictures of FOLDER (or of a ZIP) as a batch of PROJECT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's short name, as in its address")
        parser.add_argument("folder", type=Path)
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
            batch = start_import(
                actor=self._manager(project, options["user"]),
                project=project,
                name=options["name"] or folder.resolve().name,
                source=Batch.Source.FOLDER,
                paths=[folder],
            )
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        if options["background"]:
            self.stdout.write(f"Batch {batch.pk} waits for a worker.")
            return
        while batch.is_pending:
            jobs.import_once(batch.pk, self._progress(batch))
            batch.refresh_from_db()
            if batch.is_pending:
                time.sleep(1)  # a worker has it, or it goes on in another run
        self._report(batch)

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
