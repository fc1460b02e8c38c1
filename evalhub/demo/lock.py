"""One run at a time in a folder, and an answer to "where is it running?" for the second one."""

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

# A run that was killed leaves its lock with the guard for as long as that one is cleaning up.
PATIENCE_SECONDS = 15.0


class AlreadyRunningError(Exception):
    """Say that another run holds the folder, and on which address it answers."""


class RunLock:
    """Hold a folder for one run. The kernel lets go of it when its last holder is gone.

    Raises AlreadyRunningError, whose text is a sentence for the person who started the second run.
    """

    def __init__(self, directory: Path, address: str) -> None:
        self._path = directory / "run.lock"
        self._address = address
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def fileno(self) -> int:
        """Return the descriptor that holds the lock, for a process that is to share it."""
        if self._descriptor is None:
            raise ValueError("The lock is not held.")
        return self._descriptor

    def _take(self, descriptor: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            holder, address = self._holder()
            if _is_alive(holder) or time.monotonic() > deadline:
                raise AlreadyRunningError(
                    f"evalhub is already running at {address} (process {holder}). Open that"
                    " address, or stop it with Ctrl-C in its own window and try again."
                )
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        content = {"pid": os.getpid(), "address": self._address}
        os.pwrite(descriptor, json.dumps(content).encode(), 0)

    def _holder(self) -> tuple[int, str]:
        """Return the holder's process id and address; zero while it has not written them yet."""
        try:
            content = json.loads(self._path.read_text())
        except ValueError:
            return 0, "an unknown address"
        return int(content["pid"]), str(content["address"])


def _is_alive(pid: int) -> bool:
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
