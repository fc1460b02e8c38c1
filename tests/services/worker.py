"""A real Celery worker on a real broker, on the database and in the folders of one test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_django import Settings

from evalhub.celery import app
from evalhub.demo.broker import Broker
from evalhub.demo.guard import Guard
from tests.services.database import database_url
from tests.services.processes import wait_for_text

ROOT = Path(__file__).parents[2]


@contextmanager
def running_worker(folder: Path, settings: Settings, *, concurrency: int = 1) -> Iterator[Path]:
    """Run broker and worker for the length of a `with` block; yield the worker's log.

    Jobs that this process sends reach it, and both find files under the same roots. The test's
    rows must be committed: mark it with `django_db(transaction=True)`.
    """
    data = folder / "data"
    settings.MEDIA_ROOT, settings.INCOMING_ROOT = data / "media", data / "incoming"
    settings.EXPORT_ROOT = data / "exports"
    log = folder / "worker.log"
    with Broker(folder / "broker") as broker, _sending_to(broker.celery_url):
        guard = Guard()
        command = [sys.executable, "-m", "celery", "-A", "evalhub", "worker"]
        command += ["--loglevel=INFO", f"--concurrency={concurrency}"]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "EVALHUB_DATA_DIR": str(data),
            "REDIS_URL": broker.celery_url,
        }
        try:
            with log.open("wb") as stream:
                guard.spawn(command, log=stream, cwd=ROOT, env=environment)
            wait_for_text(log, "ready.")
            yield log
        finally:
            guard.close()


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
