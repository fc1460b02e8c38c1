"""A real Celery worker on a real broker, on the database and in the folders of one test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pytest_django import Settings

from evalhub.celery import app
from evalhub.demo.broker import Broker
from evalhub.demo.guard import Guard
from tests.services.database import database_url
from tests.services.processes import assert_gone, family, wait_for_text

ROOT = Path(__file__).parents[2]


class Jobs:
    """The broker, and workers that come and go; what they say is in `log`, of the newest one."""

    def __init__(self, folder: Path, data: Path, broker: Broker, guard: Guard) -> None:
        self.broker = broker
        self.log = folder / "worker.log"
        self._data = data
        self._guard = guard
        self._worker: subprocess.Popen[bytes] | None = None

    def start_worker(self, concurrency: int = 1) -> None:
        """Start a worker and return once it takes jobs."""
        command = [sys.executable, "-m", "celery", "-A", "evalhub", "worker"]
        command += ["--loglevel=INFO", f"--concurrency={concurrency}"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "EVALHUB_DATA_DIR": str(self._data),
            "REDIS_URL": self.broker.celery_url,
        }
        with self.log.open("wb") as stream:
            self._worker = self._guard.spawn(command, log=stream, cwd=ROOT, env=environment)
        wait_for_text(self.log, "ready.")

    def kill_worker(self) -> None:
        """Kill the worker and all that it started, without a warning."""
        assert self._worker is not None, "no worker was started"
        killed = family(self._worker.pid)
        for process in killed:
            process.kill()
        self._guard.finish(self._worker)
        assert_gone(killed)

    @contextmanager
    def hung_broker(self) -> Iterator[None]:
        """Let the broker take connections and answer nothing, for the length of a `with` block."""
        assert self.broker.pid is not None, "no broker was started"
        process = psutil.Process(self.broker.pid)
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)


@contextmanager
def running_broker(folder: Path, settings: Settings) -> Iterator[Jobs]:
    """Run a broker for the length of a `with` block; workers are started by what it yields.

    Jobs that this process sends reach the broker, and workers find files under the same roots. The
    test's rows must be committed: mark it with `django_db(transaction=True)`.
    """
    data = folder / "data"
    settings.MEDIA_ROOT, settings.INCOMING_ROOT = data / "media", data / "incoming"
    settings.EXPORT_ROOT = data / "exports"
    with Broker(folder / "broker") as broker, _sending_to(broker.celery_url):
        guard = Guard()
        try:
            yield Jobs(folder, data, broker, guard)
        finally:
            guard.close()


@contextmanager
def running_worker(folder: Path, settings: Settings, *, concurrency: int = 1) -> Iterator[Jobs]:
    """Run broker and worker for the length of a `with` block."""
    with running_broker(folder, settings) as jobs:
        jobs.start_worker(concurrency)
        yield jobs


@contextmanager
def _sending_to(url: str) -> Iterator[None]:
    """Let this process publish to another broker than the settings name."""
    before = app.conf.broker_url
    try:
        _use_broker(url)
        yield
    finally:
        _use_broker(before)


def _use_broker(url: str) -> None:
    app.conf.update({"broker_url": url})
    # Celery keeps its connections to the broker that it was first told of.
    vars(app)["_pool"] = vars(app.amqp)["_producer_pool"] = None
