"""What the health pages say with each part broken, and a SIGTERM while people submit."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from functools import partial

from django.utils import timezone

from evalhub.models import Heartbeat
from tasks.models import Judgment
from tests.faults.client import Person
from tests.faults.house import House
from tests.faults.proxy import Mode
from tests.faults.scene import Scene, at_once, timed

PEOPLE = 6
SUBMITS_EACH = 6
MOST_SECONDS = 8.0


def ft19(house: House) -> str:
    """Break the parts one by one and ask; then stop the server under load."""
    # One task more for each: a submit leads on to the next one, which is held.
    tasks = PEOPLE * (SUBMITS_EACH + 1)
    scene = Scene.make(house, tasks=tasks, evaluators=PEOPLE, judgments_per_task=1)
    Heartbeat.objects.create(name="worker", at=timezone.now())
    with house.web() as server:
        _assert_failing(house, set())
        for mode in (Mode.REFUSE, Mode.RESET, Mode.HANG):
            house.database_proxy.set(mode)
            _assert_failing(house, {"database", "worker"})
            house.database_proxy.set(Mode.PASS)
            house.database_proxy.reset_all()
            _assert_failing(house, set())
            house.broker_proxy.set(mode)
            _assert_failing(house, {"broker"})
            house.broker_proxy.set(Mode.PASS)
            house.broker_proxy.reset_all()
            _assert_failing(house, set())
        Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
        _assert_failing(house, {"worker"})
        Heartbeat.objects.update(at=timezone.now())
        house.limit_files(server, 0)
        _assert_failing(house, {"disk"})
    retried = _stop_under_load(house, scene)
    asked = PEOPLE * SUBMITS_EACH
    return (
        f"15 states named right, live all the time; {asked} submits over two SIGTERMs,"
        f" {retried} sent again, none lost"
    )


def _assert_failing(house: House, expected: set[str]) -> None:
    """Ask both pages, each within a bounded time, for the parts that fail."""
    visitor = Person(house.address, "nobody")
    seconds, live = timed(lambda: visitor.get("/health/live/"))
    assert live.status == 200, f"live answers {live.status} with {expected} broken"
    seconds, ready = timed(lambda: visitor.get("/health/ready/"))
    assert ready.status in {200, 503}, f"ready answers {ready.status} with {expected} broken"
    parts = json.loads(ready.body)["parts"]
    failing = {name for name, state in parts.items() if state != "ok"}
    assert failing == expected, f"{failing or 'nothing'} fails with {expected or 'nothing'} broken"
    assert seconds < MOST_SECONDS, f"with {expected} broken ready takes {seconds:.1f} s"


def _stop_under_load(house: House, scene: Scene) -> int:
    """Stop the server twice among submits; return how many had to be sent again."""
    server = house.start_web()
    people = scene.enter()
    is_over = threading.Event()

    def restart_twice() -> int:
        nonlocal server
        for _ in range(2):
            is_over.wait(0.6)
            house.stop(server)
            server = house.start_web()
        return 0

    stopping = threading.Thread(target=restart_twice)
    stopping.start()
    retried = sum(at_once(partial(_work, person) for person in people))
    is_over.set()
    stopping.join()
    house.stop(server)
    assert scene.judgments() == PEOPLE * SUBMITS_EACH, f"{scene.judgments()} rows"
    return retried


def _work(person: Person) -> int:
    """Submit so many tasks, again where nothing came back; return how many were sent again."""
    retried = 0
    for _ in range(SUBMITS_EACH):
        page = None
        while page is None:
            time.sleep(0.1)
            if person.get("/health/live/").status == 200:
                page = person.try_work("photos")
        while not (answer := person.submit(page, why="Kept.")).is_stored:
            assert answer.status in {0, 500, 503}, f"a submit answered {answer.status}"
            retried += 1
            time.sleep(0.2)
        # Whoever was told that it is stored finds it stored.
        rows = Judgment.objects.filter(assignment=page.assignment).count()
        assert rows == 1, f"{rows} rows of a submit that was taken"
    return retried
