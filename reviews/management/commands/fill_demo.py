"""Fill the database of the demo, and say where it runs."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reviews.demo.fill import fill_demo, import_own_pictures, sign_ins
from tasks.imports import count_outcomes

PATIENCE_SECONDS = 120


class Command(BaseCommand):
    help = "Fill the demo's database. For a machine of one's own only: it makes accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")
        parser.add_argument("--images", type=Path, help="a folder with pictures of one's own")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError(
                "The demo's accounts have a published password. Fill it only where "
                "EVALHUB_HTTPS=0, on a machine of your own: make demo does all of it."
            )
        fill_demo(self.stdout.write)
        if options["images"]:
            self._import(options["images"])
        self.stdout.write(sign_ins(options["address"]))

    def _import(self, folder: Path) -> None:
        """Follow the worker's import for a while; a long one goes on by itself."""
        batch = import_own_pictures(folder, self.stdout.write)
        deadline = time.monotonic() + PATIENCE_SECONDS
        shown = ""
        while batch.is_pending and time.monotonic() < deadline:
            time.sleep(0.5)
            counts = count_outcomes(batch)
            words = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
            if words and words != shown:
                self.stdout.write(f"  {words}")
                shown = words
            batch.refresh_from_db()
        if batch.has_failed:
            self.stdout.write(f"  {batch.failure}")
