"""Back up, wipe and restore, by the very lines of docs/operations.md."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection, connections

from tests import cast, paint
from tests.faults.house import ROOT, House, find_programs, run_sql
from tests.faults.scene import Scene

PICTURE = paint.draw_scene(300, 200, sun=(250, 210, 90))
RUNS = 3


def ft15(house: House) -> str:
    """Compare counts, hashes of every row and file, and the log's chain before and after."""
    scene = Scene.make(house, tasks=0, evaluators=2, judgments_per_task=2)
    for task in cast.make_tasks(scene.project, scene.manager, RUNS):
        paint.hang(task, ("candidate", PICTURE))
    for evaluator in scene.evaluators:
        for _ in range(RUNS):
            cast.judge(evaluator, scene.project)
    rows, files, chain = _hash_rows(), _hash_files(house.data), house.manage("verify_action_log")
    connections.close_all()
    backup = house.folder / "backup"
    _run_documented(house, "backup-postgresql", backup)
    name = connection.settings_dict["NAME"]
    run_sql(house.maintenance_url, f"DROP DATABASE {name} WITH (FORCE)")
    run_sql(house.maintenance_url, f"CREATE DATABASE {name} TEMPLATE template0")
    shutil.rmtree(house.data)
    _run_documented(house, "restore-postgresql", backup)
    assert _hash_rows() == rows, "rows differ"
    assert _hash_files(house.data) == files, "files differ"
    assert house.manage("verify_action_log") == chain, "the action log differs"
    _assert_guarded()
    count = sum(count for count, _ in rows.values())
    return f"{count} rows in {len(rows)} tables, {len(files)} files and the log's chain are equal"


def _run_documented(house: House, title: str, backup: Path) -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    found = re.search(rf"^```sh {title}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found, f"docs/operations.md has no block {title}"
    house.run(["/bin/sh", "-e", "-c", found[1]], BACKUP=str(backup), PATH=find_programs())


def _hash_rows() -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table, and a hash of them."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 - names from the catalogue
            rows = [row for (row,) in cursor.fetchall()]
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def _hash_files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _assert_guarded() -> None:
    """Fail if the restored database lets a score be deleted."""
    with connection.cursor() as cursor, suppress(DatabaseError):
        cursor.execute("DELETE FROM tasks_score")
        raise AssertionError("the guards of append-only tables were not restored")
