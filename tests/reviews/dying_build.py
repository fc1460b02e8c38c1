"""Build an export and be killed at one of the moments when it makes sure of its files.

    python -m tests.reviews.dying_build EXPORT FOLDER MOMENT

MOMENT counts the calls of fsync: one for each part, one for the archive, one after its renaming.
"""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def main(export_id: int, folder: Path, moment: int) -> None:
    """Run the job as a worker does, with a SIGKILL in place of the given fsync."""
    django.setup()
    # By name, since what it imports are models, which come after the set-up.
    jobs = import_module("reviews.jobs")
    settings.EXPORT_ROOT = folder
    calls, fsync = 0, os.fsync

    def fsync_or_die(fd: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(fd)

    os.fsync = fsync_or_die
    jobs.build_export(export_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
