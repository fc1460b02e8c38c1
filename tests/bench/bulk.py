"""Write rows by the hundred thousand: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from django.core.management.color import no_style
from django.db import connection, models, transaction

LINES_AT_ONCE = 5_000
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Load:
    """Rows for the table of `model`; times are text in UTC, without a zone."""

    model: type[models.Model]
    columns: Sequence[str]
    rows: Iterable[Row]


def write(load: Load) -> None:
    """Write the rows of one load; a column that it does not name gets the default of its field."""
    defaults = _defaults(load)
    columns = ", ".join([*load.columns, *defaults])
    rows = (row + tuple(defaults.values()) for row in load.rows)
    table = load.model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _Lines(rows))
        else:
            marks = ", ".join(["%s"] * (len(load.columns) + len(defaults)))
            insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own tables
            while chunk := list(islice(rows, LINES_AT_ONCE)):
                cursor.executemany(insert, chunk)


@contextmanager
def loading(*tables: type[models.Model]) -> Iterator[None]:
    """Load in one transaction, without indexes or checks of keys meanwhile where that is possible.

    The generator answers for its keys. Sequences go on after the rows, and the planner knows them.
    """
    names = [model._meta.db_table for model in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        indexes: list[str] = []
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
            indexes = _drop_indexes(names)
        yield
        for sql in indexes:
            cursor.execute(sql)
        for sql in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(sql)
    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(names)}" if is_postgres else "ANALYZE")


def next_id(model: type[models.Model]) -> int:
    """Return an id after all that the table has."""
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return (newest or 0) + 1


def _defaults(load: Load) -> dict[str, Any]:
    """Return what the database asks for and `load` does not give, as the database takes it."""
    return {
        str(field.column): json.dumps(value) if isinstance(value, list | dict) else value
        for field in load.model._meta.concrete_fields
        if not (field.null or field.generated or field.column in load.columns)
        for value in [field.get_default()]
    }


def _drop_indexes(tables: Sequence[str]) -> list[str]:
    """Drop the indexes that no constraint stands on; return what makes them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
            " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [list(tables)],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


class _Lines:
    """Gives rows to COPY as it reads them, as lines of its text format."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)

    def read(self, _size: int = -1) -> str:
        return "".join(
            "\t".join(["\\N" if value is None else str(value) for value in row]) + "\n"
            for row in islice(self._rows, LINES_AT_ONCE)
        )
