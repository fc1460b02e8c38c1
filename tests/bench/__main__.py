"""Measure how the product stands up to much work, and print the targets beside the figures.

    python -m tests.bench [--small] [--only postgres|sqlite|renditions]

The work is the same each time. Ends with 1 where a target is missed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from evalhub.demo.broker import Broker
from tests.bench import on_renditions
from tests.bench.figures import Figure, as_table, machine, read_figures
from tests.bench.sizes import SIZES
from tests.services.postgres import Postgres

PARTS = ("postgres", "sqlite", "renditions")

# Production's own settings, but for the certificate that loopback has none of.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "evalhub.settings",
    "EVALHUB_SECRET_KEY": "only-for-the-bench-0123456789abcdefghijklmnop",
    "EVALHUB_HTTPS": "0",
    "EVALHUB_LOG_LEVEL": "WARNING",
}


def main() -> int:
    """Run the parts asked for, one after the other, and print one table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a minute instead of a quarter hour")
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    size = "small" if options.small else "full"
    where = machine()
    figures: list[Figure] = []
    for part in options.only or PARTS:
        print(f"== {part}", flush=True)
        figures += render_pictures(size) if part == "renditions" else run(part, size)
    print(f"\n{where}\n\n{as_table(figures)}")
    return int(any(figure.holds is False for figure in figures))


def render_pictures(size: str) -> list[Figure]:
    """Measure what needs no database, with a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as folder:
        return on_renditions.measure(SIZES[size], Path(folder))


def run(engine: str, size: str) -> list[Figure]:
    """Measure on one engine, with a database, a broker and a folder that go away afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evalhub-bench-")))
        broker = stack.enter_context(Broker(folder / "broker"))
        environment = {
            **os.environ,
            **ENVIRONMENT,
            "EVALHUB_DATA_DIR": str(folder / "data"),
            "EVALHUB_STATIC_ROOT": str(folder / "static"),
            "REDIS_URL": broker.celery_url,
        }
        environment.pop("DATABASE_URL", None)
        if engine == "postgres":
            environment["DATABASE_URL"] = stack.enter_context(Postgres()).url
        command = [sys.executable, "-m", "tests.bench.measure", size, str(folder)]
        subprocess.run(command, env=environment, check=True)
        return read_figures(folder / "figures.json")


if __name__ == "__main__":
    sys.exit(main())
