"""Measure on the database that the environment names; started by `python -m tests.bench`.

python -m tests.bench.measure full|small FOLDER
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import django
from django.db import connection

from tests.bench.figures import write_figures
from tests.bench.sizes import SIZES


def main(size: str, folder: Path) -> None:
    """Write the figures to `figures.json` in the folder."""
    django.setup()
    # By name, since what it imports are models, which come after the set-up.
    engine = "postgres" if connection.vendor == "postgresql" else "sqlite"
    bench = import_module(f"tests.bench.on_{engine}")
    write_figures(bench.measure(SIZES[size], folder), folder / "figures.json")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
