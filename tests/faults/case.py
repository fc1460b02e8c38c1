"""Run one case in this process: `python -m tests.faults.case ID FOLDER`; see `tests.faults`."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import django
from django.db import connections

from tests.faults.cases import find_case
from tests.faults.house import House

ENGINES = {"FT17": "sqlite", "FT7": "own postgres"}


def main(name: str, folder: Path) -> int:
    """Print what the case saw, or why it failed; return the exit code."""
    try:
        with House(folder, ENGINES.get(name, "postgres")) as house:
            os.environ.update(house.environment(direct=True))
            django.setup()
            try:
                print(find_case(name)(house))
            finally:
                connections.close_all()
    except Exception as error:
        traceback.print_exc()
        print(" ".join(str(error).split()) or type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
