"""The case on SQLite: eight processes that write at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench.counts import exact_counts
from tests.bench.crowd import Errand, send_crowd
from tests.bench.figures import Figure, at_most, none_of, percentile
from tests.bench.on_postgres import crowd_details
from tests.bench.past import Past
from tests.bench.people import make_people, make_project
from tests.bench.scenes import SEED, mixed
from tests.bench.sizes import Size
from tests.bench.web import prepare, running_web

WORKERS = 8
EVALUATORS = 16
THINK_SECONDS = 1.0


def measure(size: Size, folder: Path) -> list[Figure]:
    """Make the work, let the crowd write, and return the lines."""
    return list(_measure(size, folder))


def _measure(size: Size, folder: Path) -> Iterator[Figure]:
    prepare()
    crowd = make_people([f"evaluator{number}" for number in range(EVALUATORS)])
    [manager] = make_people(["manager"])
    users = [person.user for person in crowd]
    version = make_project("many", manager.user, users, [manager.user])
    Past(version, users, mixed(size.sqlite_tasks)[1:], SEED).write(manager.user)
    with running_web(folder, WORKERS) as web:
        sessions = [person.session for person in crowd]
        where = (web.host, web.port)
        trip = send_crowd(Errand(where, "many", sessions, size.sqlite_seconds, THINK_SECONDS, SEED))
        locked = web.lines_with("database is locked")
        failed = web.lines_with("Traceback")
    note = f"{EVALUATORS} evaluators, {WORKERS} web processes, {size.sqlite_seconds:.0f} s"
    yield at_most("SQLite: submit -> next, p95", 500, percentile(trip.turns, 0.95), note=note)
    yield from crowd_details(trip, size.sqlite_seconds)
    yield none_of("SQLite: “database is locked”", locked)
    yield none_of("SQLite: answers 5xx", failed)
    yield none_of("SQLite: turns that went wrong", len(trip.troubles), "; ".join(trip.troubles[:3]))
    yield from exact_counts(version.rubric.project)
