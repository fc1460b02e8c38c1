"""Say whether the files of pictures are what the database says, and mend what can be."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tasks.storage_check import find_faults, mend


class Command(BaseCommand):
    help = "Compare pictures in the database and in the media folder; exit with 1 on what is left."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to read every file, and whether to mend."""
        parser.add_argument("--hashes", action="store_true", help="read every file and compare it")
        parser.add_argument(
            "--mend",
            action="store_true",
            help="have renditions made again, and move stray files to lost+found",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line for each finding, and how many there are."""
        found = left = 0
        for finding in find_faults(hashes=options["hashes"]):
            is_mended = options["mend"] and mend(finding)
            found += 1
            left += not is_mended
            self.stdout.write(f"{finding}{' (mended)' if is_mended else ''}")
        self.stdout.write(f"{found} found, {found - left} mended, {left} left.")
        if left:
            sys.exit(1)
