"""Database triggers that refuse a change, on SQLite and PostgreSQL alike.

Trap: SQLite drops a table's triggers when Django rebuilds the table to alter it, and refuses to
rebuild a table that a trigger of another one reads. A migration that alters a guarded table lifts
its guards first and installs them again at the end; a test lists the triggers.
"""

from __future__ import annotations

from typing import Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.special import RunPython
from django.db.migrations.state import StateApps

Event = Literal["INSERT", "UPDATE", "DELETE"]


def guard(*, table: str, event: Event, name: str, sentence: str, when: str = "") -> RunPython:
    """Return a migration operation: `event` on `table` fails with `sentence` (where `when` holds).

    `when` is SQL on OLD and NEW that both engines understand; without it every row is guarded.
    """

    def install(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _remove(editor, table, name)
        for statement in _statements(editor.connection.vendor, table, event, name, sentence, when):
            editor.execute(statement, params=None)

    def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _remove(editor, table, name)

    return RunPython(install, remove)


def lift(guard: RunPython) -> RunPython:
    """Return the operation that takes a guard away, before its table is altered."""
    return RunPython(guard.reverse_code or RunPython.noop, guard.code)


def append_only(table: str, sentence: str) -> list[RunPython]:
    """Return the migration operations that refuse UPDATE and DELETE on `table`."""
    return [
        guard(table=table, event="UPDATE", name=f"{table}_no_update", sentence=sentence),
        guard(table=table, event="DELETE", name=f"{table}_no_delete", sentence=sentence),
    ]


def _remove(editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    is_postgresql = editor.connection.vendor == "postgresql"
    on_table = f" ON {table}" if is_postgresql else ""
    editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}", params=None)
    if is_postgresql:
        editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)


def _statements(
    vendor: str, table: str, event: Event, name: str, sentence: str, when: str
) -> list[str]:
    if "'" in sentence:
        raise ValueError("Write the sentence without an apostrophe.")
    if vendor == "sqlite":
        condition = f"WHEN {when} " if when else ""
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        ]
    row = "OLD" if event == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"IF {when} THEN {refuse} END IF;" if when else refuse
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN {row}; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
