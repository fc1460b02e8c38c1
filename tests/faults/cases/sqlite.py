"""Eight web processes on one SQLite file."""

from __future__ import annotations

import statistics
import time
from functools import partial

from tests.faults.client import Person
from tests.faults.house import House
from tests.faults.scene import Scene, at_once, timed

PROCESSES = 8
SECONDS = 20.0


def ft17(house: House) -> str:
    """As many people claim, draft and submit for a while, each in a closed loop.

    How long it takes is said, and held against its target by the bench, where nothing runs beside.
    """
    scene = Scene.make(house, tasks=600, evaluators=PROCESSES)
    with house.web(workers=PROCESSES, threads=1):
        people = scene.enter()
        for person in people:
            person.must_work("photos")
        until = time.monotonic() + SECONDS
        times = [
            seconds
            for own in at_once(partial(_work, person, until) for person in people)
            for seconds in own
        ]
    assert "database is locked" not in house.said("web"), "the database was locked"
    assert scene.judgments() == len(times), f"{scene.judgments()} rows of {len(times)} submits"
    assert scene.most_per_task() <= scene.project.judgments_per_task, "a task has too many"
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{len(times)} submits in {SECONDS:.0f} s, none locked, p95 {p95 * 1000:.0f} ms"


def _work(person: Person, until: float) -> list[float]:
    """Work until the time is over; return how long each submit took, in seconds."""
    times = []
    while time.monotonic() < until and (page := person.work("photos")):
        drafted = person.save_draft(page, 1, "Even light.")
        assert drafted.status == 200, f"a draft answered {drafted.status}"
        seconds, answer = timed(partial(person.submit, page))
        assert answer.is_stored, f"a submit answered {answer.status}"
        times.append(seconds)
    return times
