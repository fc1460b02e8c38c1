"""Know when the live server answers nothing any more, so that its tables can be emptied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Any

from django.core.signals import request_finished, request_started

PATIENCE = 20


@contextmanager
def all_answered() -> Iterator[None]:
    """Wait at the end until every request that began inside has been answered.

    A page that is closed while it renews its hold leaves a transaction behind that would meet the
    emptying of the tables: on PostgreSQL a deadlock.
    """
    changed, running = Condition(), 0

    def count(by: int) -> None:
        nonlocal running
        with changed:
            running += by
            changed.notify_all()

    def begin(**_: Any) -> None:
        count(1)

    def end(**_: Any) -> None:
        count(-1)

    request_started.connect(begin)
    request_finished.connect(end)
    try:
        yield
        with changed:
            assert changed.wait_for(lambda: running <= 0, PATIENCE), "A request is never answered."
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(end)
