"""PostgreSQL is restarted, and its connection cut, while an evaluator submits."""

from __future__ import annotations

import threading
import time

from django.db import connection

from tasks.models import Judgment
from tests.faults.client import Answer, Person, WorkPage
from tests.faults.house import House
from tests.faults.scene import Scene

# After how many bytes of a submit's requests to the database the connection is lost.
CUTS = (1, 400, 1500, 3000, 4500, 6000, 7500, 9000)
RESTARTS = 3
TEXT = "Even light, and a horizon that is level."


def ft7(house: House) -> str:
    """Restart between opening and submitting, restart during submits, cut submits anywhere."""
    assert house.postgres is not None
    count = 1 + RESTARTS + len(CUTS)
    scene = Scene.make(house, tasks=count + 1, evaluators=1, judgments_per_task=1)
    with house.web():
        [person] = scene.enter()
        page = person.must_work("photos")
        house.postgres.restart()
        answer = person.submit(page, why=TEXT)
        assert answer.is_stored, f"the submit after a restart answered {answer.status}"
        failed = 0
        for _ in range(RESTARTS):
            page = person.must_work("photos")
            failed += _submit_during_restart(house, person, page)
        for cut in CUTS:
            page = person.must_work("photos")
            house.database_proxy.cut_after(cut)
            answer = person.submit(page, why=TEXT)
            failed += not answer.is_stored
            _retry(person, page, answer)
    stored = Judgment.objects.filter(project=scene.project)
    texts = set(stored.values_list("scores__justification", flat=True))
    assert texts == {TEXT}, f"texts were changed: {texts}"
    assert stored.count() == count, f"{stored.count()} rows of {count} tasks"
    return (
        f"{count} tasks, {failed} submits cut off and sent again, one row and the whole text each"
    )


def _submit_during_restart(house: House, person: Person, page: WorkPage) -> bool:
    """Submit while the server restarts, and again; return whether the first one failed."""
    assert house.postgres is not None
    restart = threading.Thread(target=house.postgres.restart)
    restart.start()
    time.sleep(0.01)
    answer = person.submit(page, why=TEXT)
    restart.join()
    _retry(person, page, answer)
    return not answer.is_stored


def _retry(person: Person, page: WorkPage, first: Answer) -> None:
    """Send the very same form again, as a person does with the page still there."""
    assert first.is_stored or first.status >= 500, f"cut off, a submit answers {first.status}"
    for _ in range(3):  # each of the server's threads may have a connection that is gone
        again = person.submit(page, why=TEXT)
        if again.is_stored:
            break
    assert again.is_stored, f"the retry answered {again.status}"
    connection.close()  # our own one has ended with the server too
    rows = Judgment.objects.filter(assignment=page.assignment).count()
    assert rows == 1, f"{rows} rows of one submit and its retry"
