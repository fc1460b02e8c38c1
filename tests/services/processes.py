"""Look at real processes: wait for something to be true, and see that none is left."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil


def wait_until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Return once the condition holds; fail, naming it, if it does not in the time given."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def wait_for_text(path: Path, text: str) -> None:
    """Return once the file holds the text."""
    wait_until(lambda: path.exists() and text in path.read_text(), f"{path.name} says {text!r}")


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all its descendants."""
    head = psutil.Process(pid)
    return [head, *head.children(recursive=True)]


def running_with(marker: str) -> list[psutil.Process]:
    """Return the processes that have the marker among their arguments."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(marker in argument for argument in process.info["cmdline"] or ())
    ]


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process is there and not merely waiting to be reaped by the first one."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def assert_gone(processes: Iterable[psutil.Process]) -> None:
    """Fail if one of the processes is still there after a time that suffices to be killed in."""
    processes = list(processes)
    assert processes, "there was nothing to look for"
    wait_until(
        lambda: not any(is_alive(process) for process in processes), f"{processes} have ended", 30
    )
