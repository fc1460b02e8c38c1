"""The product's WSGI application, which says in each answer how long it took.

X-Bench-Ms: from being called until the answer is made. X-Bench-Cpu-Ms: what of that this thread
computed; the rest is waiting, for the database and for a turn on the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from evalhub.wsgi import application as product


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as the product does, with two headers more."""
    began, cpu = time.perf_counter(), time.thread_time()

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        wall_ms = (time.perf_counter() - began) * 1000
        cpu_ms = (time.thread_time() - cpu) * 1000
        timing = [("X-Bench-Ms", f"{wall_ms:.3f}"), ("X-Bench-Cpu-Ms", f"{cpu_ms:.3f}")]
        return start_response(status, [*headers, *timing], exc_info)

    return product(environ, start)
