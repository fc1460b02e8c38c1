"""Many people who judge at once, from several processes: each waits, submits, and goes on."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.bench.browser import Browser, TurnError

PROCESSES = 2
STACK_BYTES = 512 * 1024


@dataclass(frozen=True)
class Errand:
    """What one crowd does: who (their sessions), where, for how long, and how fast."""

    address: tuple[str, int]
    slug: str
    sessions: list[str]
    seconds: float
    think_seconds: float
    seed: int


@dataclass
class Trip:
    """What the crowd met: the server's ms for each turn, of it on a processor, and for ahead."""

    turns: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    ahead: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def add(self, other: Trip) -> None:
        self.turns += other.turns
        self.cpu += other.cpu
        self.ahead += other.ahead
        self.troubles += other.troubles


def send_crowd(errand: Errand) -> Trip:
    """Run the errand from PROCESSES processes, a thread for each person; return all they met."""
    parts = [
        Errand(
            **{**vars(errand), "sessions": errand.sessions[n::PROCESSES], "seed": errand.seed + n}
        )
        for n in range(PROCESSES)
    ]
    total = Trip()
    # Spawned: a forked one would share this one's connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        for trip in pool.map(_go, parts):
            total.add(trip)
    return total


def _go(errand: Errand) -> Trip:
    trip, lock = Trip(), threading.Lock()
    threading.stack_size(STACK_BYTES)
    threads = [
        threading.Thread(target=_judge_on, args=(errand, number, trip, lock))
        for number in range(len(errand.sessions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return trip


def _judge_on(errand: Errand, number: int, trip: Trip, lock: threading.Lock) -> None:
    """Judge until the time is over; the first turn of each person warms up and is not counted."""
    chance = random.Random(f"{errand.seed}.{number}")
    person = Browser(errand.address, errand.sessions[number], errand.slug, chance)
    end = time.monotonic() + errand.seconds
    # Nobody begins at the same moment.
    time.sleep(chance.uniform(0, errand.think_seconds))
    mine, is_warm = Trip(), False
    try:
        if not person.open_work():
            raise TurnError("There was no task to begin with.")
        while time.monotonic() < end:
            time.sleep(chance.expovariate(1 / errand.think_seconds))
            turn = person.judge()
            if is_warm:
                mine.turns.append(turn.submit.server_ms)
                mine.cpu.append(turn.submit.cpu_ms)
                mine.ahead.append(turn.ahead.server_ms)
            is_warm = True
    except (TurnError, OSError, HTTPException) as trouble:
        mine.troubles.append(repr(trouble))
    with lock:
        trip.add(mine)
