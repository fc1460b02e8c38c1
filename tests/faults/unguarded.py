"""The web application with one guard patched out, to show the race that the guard keeps away.

EVALHUB_FAULTS_WITHOUT names the guard. Only the twins of fault cases start this; `evalhub.wsgi` is
what runs otherwise.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from evalhub.wsgi import application

__all__ = ["application"]

PAUSE = 0.05  # seconds for which the scheduler might have taken the processor away


def without_recount() -> None:
    """Believe the places that were free before the task was locked."""
    from tasks import places  # noqa: PLC0415 - models come after the set-up
    from tasks.actions import evaluator_queue  # noqa: PLC0415
    from tasks.models import Task  # noqa: PLC0415

    lock = evaluator_queue.EvaluatorQueue._lock
    seen = threading.local()

    def look_and_lock(self: Any, pk: int, *, waits: bool) -> Task | None:
        seen.place = places.take_free_place(Task.objects.get(pk=pk))
        time.sleep(PAUSE)
        return lock(self, pk, waits=waits)

    evaluator_queue.EvaluatorQueue._lock = look_and_lock  # type: ignore[method-assign]
    vars(evaluator_queue)["take_free_place"] = lambda task: seen.place


def without_key() -> None:
    """Store every submit, also one whose key has come before."""
    from tasks.actions import submit  # noqa: PLC0415

    vars(submit)["_earlier"] = lambda *_: None


def without_late_place() -> None:
    """Take every late submit for one that still has its place."""
    from tasks.actions import submit  # noqa: PLC0415

    vars(submit)["_take_place_back"] = lambda *_: ""


def without_bounds() -> None:
    """Publish as Celery does by default: no socket timeout, and tried again."""
    from evalhub import work  # noqa: PLC0415
    from evalhub.celery import app  # noqa: PLC0415

    app.conf.broker_transport_options = {}

    def send(job: Any, *args: int) -> bool:
        job.apply_async(args=args)
        return True

    work.send = send


GUARDS = {
    "recount": without_recount,
    "key": without_key,
    "late place": without_late_place,
    "bounds": without_bounds,
}
GUARDS[os.environ["EVALHUB_FAULTS_WITHOUT"]]()
