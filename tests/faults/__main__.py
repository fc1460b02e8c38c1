"""Show that what dies, hangs or runs at the same moment loses nothing.

    python -m tests.faults [--jobs N] [--keep] [CASE ...]

Each case runs in a process of its own, on a database and a broker of its own, and prints one line:
its id, `pass` or `FAIL`, and what was seen. The exit code says whether all have passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.cases import MODULES
from tests.faults.house import (
    POSTGRES_VARIABLE,
    ROOT,
    SECRET,
    STATIC_VARIABLE,
    TEMPLATE,
    run_sql,
    url_of,
)
from tests.services.postgres import Postgres

SECONDS_PER_CASE = 150


def main() -> int:
    """Run the cases asked for; return 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(MODULES))
    parser.add_argument("--jobs", type=int, default=2, help="how many run at the same time")
    parser.add_argument("--keep", action="store_true", help="keep logs and data of the cases")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(MODULES):
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="evalhub-faults-"))
    try:
        passed = _run_all(options.cases or list(MODULES), options.jobs, folder)
    finally:
        if options.keep:
            print(f"kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{sum(passed)} of {len(passed)} cases passed in {time.monotonic() - began:.0f} s")
    return 0 if all(passed) else 1


def _run_all(names: list[str], jobs: int, folder: Path) -> list[bool]:
    with Postgres() as postgres:
        environment = {
            **os.environ,
            POSTGRES_VARIABLE: postgres.url,
            STATIC_VARIABLE: str(folder / "static"),
            "EVALHUB_SECRET_KEY": SECRET,
            "EVALHUB_HTTPS": "0",
            "EVALHUB_STATIC_ROOT": str(folder / "static"),
            "EVALHUB_DATA_DIR": str(folder / "setup"),
            "DATABASE_URL": url_of(postgres.url, TEMPLATE),
            "PYTHONUNBUFFERED": "1",
        }
        run_sql(postgres.url, f"CREATE DATABASE {TEMPLATE}")
        for command in (["migrate"], ["collectstatic", "--noinput"]):
            subprocess.run(
                [sys.executable, "manage.py", *command, "--verbosity=0"],
                cwd=ROOT,
                env=environment,
                check=True,
            )
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda name: _run_one(name, folder, environment), names))


def _run_one(name: str, folder: Path, environment: dict[str, str]) -> bool:
    """Run one case in a process of its own and print its line, with the trace if it failed."""
    began = time.monotonic()
    log = folder / f"{name}.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.case", name, str(folder / name)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=stream,
        )
        try:
            said, _ = process.communicate(timeout=SECONDS_PER_CASE)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    passed = process.returncode == 0
    detail = said.decode().strip() or f"ended with {process.returncode} and said nothing"
    took = f"({time.monotonic() - began:.0f} s)"
    print(f"{name} {'pass' if passed else 'FAIL'} {detail} {took}", flush=True)
    if not passed:
        print(log.read_text(errors="replace")[-4000:], file=sys.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
