"""Measure on the database that the environment names; started by `python -m tests.bench`.

python -m tests.bench.measure full|small FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import django

from tests.bench.figures import write_figures


def main(size: str, folder: Path) -> None:
    """Write the figures to `figures.json` in the folder."""
    django.setup()
    from django.db import connection  # noqa: PLC0415 - only after the set-up

    from tests.bench import on_postgres, on_sqlite  # noqa: PLC0415
    from tests.bench.sizes import SIZES  # noqa: PLC0415

    bench = on_postgres if connection.vendor == "postgresql" else on_sqlite
    write_figures(bench.measure(SIZES[size], folder), folder / "figures.json")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
