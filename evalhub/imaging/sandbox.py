"""Keep one decoding process per process of ours, and speak with it.

A plain subprocess, because a Celery worker is a daemon to multiprocessing and may have no children
there. It outlives a picture, since starting Python with Pillow costs as much as a rendition.
"""

import atexit
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path

from evalhub.imaging.errors import DecoderDied
from evalhub.imaging.work import Job, Outcome

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "evalhub.imaging.child")
# The fork's own alarm comes first; this is for a decoding process that hangs itself.
GRACE_SECONDS = 5.0

_HUNG = "Opening the picture took too long. Try again, or save it as a plain JPEG or PNG."
_GONE = "The program that opens pictures stopped. Try again, or save it as a plain JPEG or PNG."


class Sandbox:
    """A decoding process, started when first needed and again whenever it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, job: Job) -> Outcome:
        """Return how a job ended; DecoderDied where the decoding process gave no answer."""
        with self._lock:
            process = self._running()
            try:
                return self._exchange(process, job)
            except BaseException:
                # Whatever broke in, a time limit of our own included: the next job must not get
                # this one's answer.
                self._stop()
                raise

    def close(self) -> None:
        """End the decoding process."""
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        # In a fork of ours the original's process also counts as gone: it is no child of the fork.
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                COMMAND,
                bufsize=0,
                cwd=PROJECT,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], job: Job) -> Outcome:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the decoding process has no pipes")
        try:
            process.stdin.write(job.to_line())
        except BrokenPipeError as error:
            raise DecoderDied(_GONE) from error
        deadline = time.monotonic() + job.limits.decode_wall_seconds + GRACE_SECONDS
        return Outcome.from_line(_read_line(process.stdout.fileno(), deadline))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _close_pipes(process)
            process.kill()
            process.wait()


def _read_line(descriptor: int, deadline: float) -> bytes:
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise DecoderDied(_HUNG)
            part = os.read(descriptor, 1 << 16)
            if not part:
                raise DecoderDied(_GONE)
            line += part
    return line


def _environment() -> dict[str, str]:
    """Return what the child needs to start; our secrets are not for a decoder to find."""
    wanted = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    # numpy's threads, unused here, would take of the address space that a picture may have.
    return kept | {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


shared = Sandbox()
atexit.register(shared.close)
