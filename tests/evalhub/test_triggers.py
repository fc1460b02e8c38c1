"""Every guard is in the database after the migrations, whichever engine it is.

Trap: SQLite drops a table's triggers when a migration alters the table.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.state import ProjectState
from django.utils import timezone

from evalhub.models import Heartbeat
from evalhub.triggers import guard

GUARDS = {
    "evalhub_actionlog": {"no_update", "no_delete"},
    "tasks_judgment": {"no_update", "no_delete"},
    "tasks_score": {"no_update", "no_delete"},
    "rubrics_rubricversion": {"no_update", "no_delete"},
    "rubrics_criterion": {"no_insert", "no_update", "no_delete"},
    "rubrics_level": {"no_insert", "no_update", "no_delete"},
    "rubrics_criterionchange": {"no_update", "no_delete"},
    "rubrics_acknowledgement": {"no_update", "no_delete"},
    "rubrics_exampleimage": {"no_update", "no_delete"},
}


def installed() -> set[tuple[str, str]]:
    """Return (table, trigger) for every trigger of ours in the database."""
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(table, name) for table, name in cursor.fetchall()}


def test_it_has_every_guard_after_the_migrations(db: None) -> None:
    wanted = {
        (table, f"{table}_{refusal}") for table, refusals in GUARDS.items() for refusal in refusals
    }
    assert installed() == wanted


@pytest.mark.django_db(transaction=True)
def test_it_can_take_a_guard_away_and_put_it_back() -> None:
    operation = guard(
        table="evalhub_heartbeat", event="DELETE", name="keep_heartbeats", sentence="Keep it."
    )
    state, the_guard = ProjectState(), ("evalhub_heartbeat", "keep_heartbeats")
    with connection.schema_editor() as editor:
        operation.database_forwards("evalhub", editor, state, state)
    heartbeat = Heartbeat.objects.create(name="worker", at=timezone.now())
    assert the_guard in installed()
    with pytest.raises(DatabaseError, match="Keep it"):
        heartbeat.delete()
    with connection.schema_editor() as editor:
        operation.database_backwards("evalhub", editor, state, state)
    assert the_guard not in installed()
    heartbeat.delete()


@pytest.mark.django_db(transaction=True)
def test_it_guards_only_the_rows_that_the_condition_names() -> None:
    operation = guard(
        table="evalhub_heartbeat",
        event="UPDATE",
        name="keep_the_beat",
        sentence="Keep the beat.",
        when="OLD.name = 'beat'",
    )
    state = ProjectState()
    for name in ("beat", "worker"):
        Heartbeat.objects.create(name=name, at=timezone.now())
    with connection.schema_editor() as editor:
        operation.database_forwards("evalhub", editor, state, state)
    try:
        Heartbeat.objects.filter(name="worker").update(at=timezone.now())
        with pytest.raises(DatabaseError, match="Keep the beat"):
            Heartbeat.objects.filter(name="beat").update(at=timezone.now())
    finally:
        with connection.schema_editor() as editor:
            operation.database_backwards("evalhub", editor, state, state)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_a_sentence_that_would_break_the_sql() -> None:
    operation = guard(table="t", event="DELETE", name="n", sentence="It's never changed.")
    state = ProjectState()
    with connection.schema_editor() as editor, pytest.raises(ValueError, match="apostrophe"):
        operation.database_forwards("evalhub", editor, state, state)
