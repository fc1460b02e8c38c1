"""The web processes as production starts them, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evalhub.demo.guard import Guard
from evalhub.demo.ports import answers_http
from tests.services.processes import wait_until

ROOT = Path(__file__).parents[2]
# Of the Dockerfile, but for the number of workers.
COMMAND = ("--worker-class", "gthread", "--threads", "4")


@dataclass(frozen=True)
class Web:
    """Where the web processes answer, and what they said."""

    host: str
    port: int
    log: Path

    def lines_with(self, text: str) -> int:
        """Return how many lines of the log hold `text`."""
        with self.log.open(errors="replace") as lines:
            return sum(text in line for line in lines)


@contextmanager
def running_web(folder: Path, workers: int) -> Iterator[Web]:
    """Run the web command with so many processes for the length of a `with` block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    web = Web(host, port, folder / "web.log")
    command = [sys.executable, "-m", "gunicorn", "tests.bench.server:application"]
    command += ["--bind", f"{host}:{port}", "--workers", str(workers), *COMMAND]
    guard = Guard()
    try:
        with web.log.open("wb") as stream:
            guard.spawn(command, log=stream, cwd=ROOT, env=os.environ)
        wait_until(lambda: answers_http(f"http://{host}:{port}/health/live/"), "the web answers")
        yield web
    finally:
        guard.close()


def prepare() -> None:
    """Make the tables and collect the static files, as an installation does."""
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
