"""The web application with one guard patched out, to show the race that the guard keeps away.

EVALHUB_FAULTS_WITHOUT names the guard. Only the twins of fault cases start this; `evalhub.wsgi` is
what runs otherwise. Modules are imported by name, since models come after the set-up.
"""

from __future__ import annotations

import os
import threading
import time
from importlib import import_module
from typing import Any

from evalhub.wsgi import application

__all__ = ["application"]

PAUSE = 0.05  # seconds for which the scheduler might have taken the processor away


def without_recount() -> None:
    """Believe the places that were free before the task was locked."""
    queue = import_module("tasks.actions.evaluator_queue")
    lock, take_free_place = queue.EvaluatorQueue._lock, queue.take_free_place
    seen = threading.local()

    def look_and_lock(self: Any, pk: int, *, waits: bool) -> Any:
        seen.place = take_free_place(queue.Task.objects.get(pk=pk))
        time.sleep(PAUSE)
        return lock(self, pk, waits=waits)

    queue.EvaluatorQueue._lock = look_and_lock
    vars(queue)["take_free_place"] = lambda task: seen.place


def without_key() -> None:
    """Store every submit, also one whose key has come before."""
    vars(import_module("tasks.actions.submit"))["_earlier"] = lambda *_: None


def without_late_place() -> None:
    """Take every late submit for one that still has its place."""
    vars(import_module("tasks.actions.submit"))["_take_place_back"] = lambda *_: ""


def without_sequence() -> None:
    """Let every draft overwrite the one that is kept, also an older one."""
    rows = import_module("tasks.models").Draft.objects._queryset_class
    narrow = rows.filter

    def widen(self: Any, *conditions: Any, **given: Any) -> Any:
        given.pop("sequence__lt", None)
        return narrow(self, *conditions, **given)

    rows.filter = widen


def without_bounds() -> None:
    """Publish as Celery does by default: no socket timeout, and tried again."""
    import_module("evalhub.celery").app.conf.broker_transport_options = {}

    def send(job: Any, *args: int) -> bool:
        job.apply_async(args=args)
        return True

    vars(import_module("evalhub.work"))["send"] = send


def without_verdict_lock() -> None:
    """Read an audit, think for a while, and write the verdict, whatever came in between."""
    audits = import_module("reviews.actions.audits")
    require_role = audits.require_role

    def require_slowly(*args: Any) -> None:
        time.sleep(PAUSE)
        require_role(*args)

    vars(audits)["require_role"] = require_slowly
    type(audits.Audit.objects.all()).select_for_update = lambda rows, **_: rows


GUARDS = {
    "recount": without_recount,
    "key": without_key,
    "late place": without_late_place,
    "sequence": without_sequence,
    "bounds": without_bounds,
    "verdict lock": without_verdict_lock,
}
GUARDS[os.environ["EVALHUB_FAULTS_WITHOUT"]]()
