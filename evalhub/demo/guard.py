"""Processes that end with the program that started them, even when that one is killed outright.

A program that gets SIGKILL runs no clean-up, so somebody else has to do it: a small second process
that holds one end of a pipe. When its owner is gone, however it went, the kernel closes the other
end, and the second process ends every group that was enlisted with it.

PR_SET_PDEATHSIG would be shorter, but it exists on Linux only, reaches a child and not the
grandchildren (celery's pool, gunicorn's workers), fires when the starting *thread* ends, and is
lost when the child changes its user.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

# The child enlists itself before it becomes the command, over the pipe it got as its input. As long
# as it has not, it holds the pipe open: there is no moment in which it runs unwatched.
ENLIST = 'echo "add $$" >&0 && exec "$@" </dev/null'
KILL_WAIT_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.02
PROC = Path("/proc")


class Guard:
    """Start commands as leaders of their own process groups, which end no later than this process.

    `stop_signal` and `grace` (seconds) say how the groups are asked to end when this process is
    gone; `scratch` names absolute folders that are removed at the end in any case; `keep_open`
    names descriptors (such as a lock) that are held until everything has ended.
    """

    def __init__(
        self,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 5.0,
        scratch: Sequence[Path] = (),
        keep_open: Sequence[int] = (),
    ) -> None:
        self._stop_signal = stop_signal
        self._grace = grace
        reader, self._writer = os.pipe()
        arguments = [str(int(stop_signal)), str(grace), *map(str, scratch)]
        try:
            self._watcher = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, *arguments],
                stdin=reader,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is not meant for it
                pass_fds=keep_open,
                cwd="/",
            )
        finally:
            os.close(reader)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._closed = False

    def spawn(
        self,
        command: Sequence[str],
        *,
        log: IO[bytes] | int,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a command that leads a group of its own; run it as `user` (a numeric id) if given.

        A command that does not exist ends with status 127, as in a shell.
        """
        process = subprocess.Popen(
            ["/bin/sh", "-c", ENLIST, "sh", *command],
            stdin=self._writer,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=cwd,
            env=env,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        self._running[process.pid] = process
        return process

    def ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        """Send the stop signal to the leader alone, which then ends its own children in order."""
        process.send_signal(self._stop_signal)

    def finish(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of a group, wait until it is gone, and strike it off."""
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        _wait_until(lambda: not _living([process.pid]), KILL_WAIT_SECONDS)
        self._running.pop(process.pid, None)
        with suppress(BrokenPipeError):
            os.write(self._writer, f"drop {process.pid}\n".encode())

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Ask the leader to end, give it the grace time, then end its whole group."""
        self.ask_to_stop(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._grace)
        self.finish(process)

    def close(self) -> None:
        """Stop what still runs and have the scratch folders removed; safe to repeat."""
        for process in list(self._running.values()):
            self.stop(process)
        if not self._closed:
            self._closed = True
            os.close(self._writer)
            self._watcher.wait()


def _signal_process(pid: int, number: int) -> bool:
    """Signal one process and tell whether it was there."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal_group(group: int, number: int) -> bool:
    """Signal a process group and tell whether any member was there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for members not yet reaped
        return False
    return True


def _living(groups: Collection[int]) -> set[tuple[int, int]]:
    """Return (group, process id) of each member that is alive, not merely waiting to be reaped.

    The first process of a container may reap late or never. Without /proc (macOS), where the first
    process does reap, the leader stands for itself and 0 for any other member.
    """
    if not PROC.exists():
        leaders = {(group, group) for group in groups if _signal_process(group, 0)}
        return leaders | {(group, 0) for group in groups if _signal_group(group, 0)}
    found = set()
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            state, _, group = path.read_bytes().rpartition(b")")[2].split()[:3]
            if int(group) in groups and state not in (b"Z", b"X"):
                found.add((int(group), int(path.parent.name)))
    return found


def _wait_until(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_SECONDS)


def _watch(groups: set[int]) -> None:
    """Keep the list of groups as the owner and its children write it, until they are gone."""
    for line in sys.stdin:
        verb, pid = line.split()
        if verb == "add":
            groups.add(int(pid))
        else:
            groups.discard(int(pid))


def main(arguments: Sequence[str]) -> None:
    """Watch over standard input; when it closes, end the enlisted groups and remove the scratch."""
    stop_signal, grace, *scratch = arguments
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it must outlive those it watches
    groups: set[int] = set()
    _watch(groups)
    for group in groups:
        _signal_process(group, int(stop_signal))
    _wait_until(lambda: all(pid != group for group, pid in _living(groups)), float(grace))
    for group in groups:
        _signal_group(group, signal.SIGKILL)
    _wait_until(lambda: not _living(groups), KILL_WAIT_SECONDS)
    for folder in scratch:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
