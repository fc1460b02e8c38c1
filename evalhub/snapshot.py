"""Read one moment of the database, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

ALIAS = "snapshot"


@contextmanager
def consistent_snapshot() -> Iterator[str]:
    """Yield a database alias whose queries all see the same moment.

    It is a second connection with a read-only transaction: REPEATABLE READ on PostgreSQL, a
    deferred one on SQLite, which in WAL mode never makes a writer wait.
    """
    connection = connections[DEFAULT_DB_ALIAS].copy(ALIAS)
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[ALIAS] = connection
    try:
        with transaction.atomic(using=ALIAS):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield ALIAS
    finally:
        connection.close()
        del connections[ALIAS]
