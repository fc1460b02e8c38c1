"""The broker stops or hangs while people work."""

from __future__ import annotations

import time
from functools import partial

from evalhub.work import WorkState
from reviews.models import AgreementResult, AgreementRun
from tasks.models import Judgment
from tests.faults.client import Answer, Person
from tests.faults.house import House
from tests.faults.proxy import Mode
from tests.faults.scene import Scene, timed
from tests.services.processes import wait_until

SUBMITS = 20
MOST_SECONDS = 2.0
CATCHES_UP_WITHIN = 60.0


def ft1(house: House) -> str:
    """Redis is stopped, then hangs; people submit; it returns and all is caught up with."""
    scene = Scene.make(house, tasks=SUBMITS, evaluators=1, judgments_per_task=1)
    house.start_worker()
    house.start_beat()
    with house.web():
        [person] = scene.enter()
        house.broker.stop()
        slowest = _submit_all(person, SUBMITS // 2)
        house.broker_proxy.set(Mode.HANG)
        slowest = max(slowest, _submit_all(person, SUBMITS // 2))
        house.broker.start()
        house.broker_proxy.reset_all()
        house.broker_proxy.set(Mode.PASS)
        back = time.monotonic()
        wait_until(_is_caught_up, "all jobs are done", CATCHES_UP_WITHIN + 30)
        took = time.monotonic() - back
    assert scene.judgments() == SUBMITS, f"{scene.judgments()} of {SUBMITS} judgments"
    assert slowest < MOST_SECONDS, f"a submit took {slowest:.1f} s"
    assert took < CATCHES_UP_WITHIN, f"the jobs were done {took:.0f} s after its return"
    twin = _slowest_without_bounds(house)
    assert twin > MOST_SECONDS, "the twin that publishes without bounds is as fast"
    return (
        f"{SUBMITS} submits of at most {slowest:.2f} s, all jobs done {took:.0f} s after;"
        f" without bounds a submit hangs for {twin:.0f} s and more"
    )


def _submit_all(person: Person, count: int) -> float:
    """Submit `count` tasks; return how long the slowest submit took, in seconds."""
    slowest = 0.0
    for _ in range(count):
        page = person.must_work("photos")
        # As if the last one had been computed meanwhile: each submit wants to send a job.
        AgreementRun.objects.update(work_state=WorkState.DONE)
        seconds, answer = timed(partial(person.submit, page))
        assert answer.is_stored, f"a submit answered {answer.status}"
        slowest = max(slowest, seconds)
    return slowest


def _is_caught_up() -> bool:
    newest = Judgment.objects.latest("pk").pk
    is_done = not AgreementRun.objects.exclude(work_state=WorkState.DONE).exists()
    return is_done and AgreementResult.objects.filter(watermark=newest).exists()


def _slowest_without_bounds(house: House) -> float:
    """Return for how long a person waits for a submit that publishes as Celery does by default."""
    scene = Scene.make(house, tasks=1, evaluators=1, judgments_per_task=1, slug="twin")
    with house.web(without="bounds"):
        [person] = scene.enter()
        page = person.must_work("twin")
        person.seconds = 2 * MOST_SECONDS
        house.broker_proxy.set(Mode.HANG)
        seconds, answer = timed(lambda: person.submit(page))
        house.broker_proxy.set(Mode.PASS)
    assert answer == Answer(0), f"the submit was answered {answer.status}"
    return seconds
