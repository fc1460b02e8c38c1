"""Look at the parts that the product stands on, each within about a second."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from evalhub.celery import app
from evalhub.models import Heartbeat

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 1
DATABASE_SECONDS = 2  # the least that libpq waits


class NotReadyError(Exception):
    """A part does not do its work; the message says why."""


def check_database() -> None:
    """Ask the database the least that can be asked, on a connection of its own.

    One that is open already would wait without end for a database that hangs.
    """
    fresh = connection.copy()
    if fresh.vendor == "postgresql":
        fresh.settings_dict["OPTIONS"]["connect_timeout"] = DATABASE_SECONDS
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        fresh.close()


def check_broker() -> None:
    """Connect to the broker; the transport's own timeouts bound a broker that hangs."""
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=CONNECT_SECONDS)


def check_disk() -> None:
    """Write a byte where the images go, and take it away again."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT, prefix=".health-") as file:
        file.write(b"1")
        file.flush()
        os.fsync(file.fileno())


def check_worker() -> None:
    """Look for the sign that a worker gives each minute."""
    if not Heartbeat.objects.worker_is_alive():
        raise NotReadyError("No worker has run the heartbeat job in the last three minutes.")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "disk": check_disk,
    "worker": check_worker,
}


def failing_parts() -> list[str]:
    """Return the names of the parts that fail now; the log says why."""
    failing: list[str] = []
    for name, check in CHECKS.items():
        try:
            if name == "worker" and "database" in failing:
                raise NotReadyError("The database, where the worker gives its sign, is not ready.")
            check()
        except Exception as error:
            logger.warning("%s is not ready: %s", name, error)
            failing.append(name)
    return failing
