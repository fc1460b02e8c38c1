"""Walk the action log and say whether it still holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evalhub.actions.log import find_broken_entries
from evalhub.models import ActionLog


class Command(BaseCommand):
    help = "Check the chain of hashes in the action log; exit with 1 where an entry does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one sentence for each entry that was changed, removed or put in."""
        broken = 0
        for broken, sentence in enumerate(find_broken_entries(), start=1):  # noqa: B007
            self.stderr.write(sentence)
        if broken:
            raise CommandError(
                "The action log does not hold. Keep this database as it is, and compare it "
                "with a backup."
            )
        self.stdout.write(f"The action log holds: {ActionLog.objects.count()} entries.")
