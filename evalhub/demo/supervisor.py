"""Named processes that start, run and end as one group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from evalhub.demo.guard import Guard
from evalhub.demo.lock import RunLock
from evalhub.demo.logs import Log

LOOK_EVERY_SECONDS = 0.1
RESTART_PAUSE_SECONDS = 1.0
STEADY_SECONDS = 60.0
GUARD_GRACE_SECONDS = 3.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Process:
    """Describe one process of a group.

    `env` is added to the environment. `ready` tells whether it can do its work; it is asked often
    and must answer within seconds. The others lean on a `base` process: it is ready before they
    start and stops after they have ended. `grace` is the time in seconds that it has for stopping.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    ready: Callable[[], bool] | None = None
    ready_within: float = 60.0
    base: bool = False
    grace: float = 10.0


class Supervisor:
    """Run a group of processes until somebody stops it or one of them cannot be kept alive.

    Each process leads a process group of its own and writes `log/<name>.log` in the directory;
    with `verbose`, its lines are also shown behind its name. One that dies is started again at most
    `restarts` times; a minute of steady work makes up for earlier deaths. A signal (Ctrl-C, TERM,
    HUP) stops all of them, and so does the end of the parent process or of the terminal, unless it
    was started under nohup. A guard stops them when this process itself is killed. A process that
    leaves its group (a daemon) is out of reach.

    `say` gets each sentence for the person at the terminal.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        directory: Path,
        *,
        lock: RunLock,
        restarts: int = 3,
        verbose: bool = False,
        say: Callable[[str], object] | None = None,
    ) -> None:
        self._lock = lock
        self._verbose = verbose
        self._say = say or _say_on_stderr
        logs = directory.absolute() / "log"
        self._children = [_Child(process, logs, restarts) for process in processes]
        self._signals: list[int] = []
        self._guard: Guard | None = None
        self._parent: int | None = None
        self._has_terminal = False

    def run(self, on_ready: Callable[[], object] | None = None) -> int:
        """Start everything, call `on_ready` once all is ready, stay until the end.

        Return 0 after a requested stop and 1 after a failure. Call it from the main thread.
        """
        with self._heeding_signals():
            guard = self._guard = Guard(grace=GUARD_GRACE_SECONDS, keep_open=[self._lock.fileno()])
            try:
                self._start(guard)
                if on_ready is not None:
                    on_ready()
                while True:
                    self._look_after(guard)
            except _StopRequestedError as stop:
                self._tell(str(stop))
                return 0
            except _GroupFailedError as failure:
                self._tell(str(failure))
                return 1
            finally:
                self._stop(guard)
                guard.close()
                self._show_new_lines()

    def run_errand(self, command: Sequence[str], cwd: Path | None = None) -> int:
        """Run a command to its end, for `on_ready`, and return its status.

        It writes where this process writes. The group is looked after meanwhile, and when the group
        has to stop, the errand is stopped first and this call does not return.
        """
        if self._guard is None:
            raise ValueError("The group is not running.")
        sys.stdout.flush()
        process = self._guard.spawn(command, log=sys.stdout.fileno(), cwd=cwd)
        try:
            while process.poll() is None:
                self._look_after(self._guard)
        finally:
            self._guard.stop(process)
        return process.returncode

    def _start(self, guard: Guard) -> None:
        for wave in self._waves():
            for child in wave:
                child.start(guard)
            while not all(child.is_ready for child in wave):
                self._look_after(guard)

    def _look_after(self, guard: Guard) -> None:
        """Look at everything once, then rest for a moment."""
        self._heed_requests()
        for child in self._children:
            if child.has_died():
                self._tell(child.plan_restart(guard))
            if child.restart_is_due():
                child.start(guard)
            child.check_ready()
        self._show_new_lines()
        time.sleep(LOOK_EVERY_SECONDS)

    def _heed_requests(self) -> None:
        if self._signals:
            raise _StopRequestedError("Stopping.")
        if self._parent is not None and os.getppid() != self._parent:
            raise _StopRequestedError("The program that started this one has ended: stopping.")
        # The kernel tells the session's first process alone, and make keeps the news to itself.
        if self._has_terminal and not _terminal_is_there():
            raise _StopRequestedError("The terminal has been closed: stopping.")

    def _stop(self, guard: Guard) -> None:
        """End those that lean on others first; a further Ctrl-C cuts the waiting short."""
        patience = self._signals.count(signal.SIGINT)
        for wave in reversed(self._waves()):
            running = [child.process for child in wave if child.process is not None]
            for process in running:
                guard.ask_to_stop(process)
            deadline = time.monotonic() + max(child.spec.grace for child in wave)
            while (
                any(process.poll() is None for process in running)
                and time.monotonic() < deadline
                and self._signals.count(signal.SIGINT) == patience
            ):
                time.sleep(0.02)
            for process in running:
                guard.finish(process)

    def _waves(self) -> list[list["_Child"]]:
        """Return the children in the order of starting, those of one wave side by side."""
        base = [child for child in self._children if child.spec.base]
        others = [child for child in self._children if not child.spec.base]
        return [wave for wave in (base, others) if wave]

    def _show_new_lines(self) -> None:
        if self._verbose:
            width = max(len(child.spec.name) for child in self._children)
            for child in self._children:
                for line in child.log.new_lines():
                    self._tell(f"{child.spec.name:<{width}} | {line}")

    def _tell(self, sentence: str) -> None:
        with suppress(OSError):  # a closed terminal must not keep the group from being stopped
            self._say(sentence)

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        def note(number: int, _frame: FrameType | None) -> None:
            self._signals.append(number)

        # Under nohup the group is meant to outlive the terminal and the shell that started it.
        nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        self._parent = None if nohup else os.getppid()
        self._has_terminal = not nohup and _terminal_is_there()
        heeded = [number for number in STOP_SIGNALS if not (nohup and number == signal.SIGHUP)]
        before = {number: signal.signal(number, note) for number in heeded}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _StopRequestedError(Exception):
    """Say why the group stops in good order."""


class _GroupFailedError(Exception):
    """Say which process failed, how, and what it wrote last."""


class _Child:
    """One process of the group over its successive lives."""

    def __init__(self, spec: Process, logs: Path, restarts: int) -> None:
        self.spec = spec
        self.log = Log(logs / f"{spec.name}.log")
        self.process: subprocess.Popen[bytes] | None = None
        self.is_ready = False
        self._allowed = self._left = restarts
        self._started = 0.0
        self._restart_at: float | None = None
        self._has_run = False

    def start(self, guard: Guard) -> None:
        """Start the process; its log begins anew in its first life only."""
        mode, self._has_run = ("ab" if self._has_run else "wb"), True
        self._restart_at = None
        self.is_ready = self.spec.ready is None
        self.log.path.parent.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "PYTHONUNBUFFERED": "1", **self.spec.env}
        with self.log.path.open(mode) as log:
            self.process = guard.spawn(self.spec.command, log=log, cwd=self.spec.cwd, env=env)
        self._started = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self, guard: Guard) -> str:
        """Clear the dead process away and say so; raise _GroupFailedError if it died too often."""
        if self.process is None:
            raise ValueError(f"{self.spec.name} is not running.")
        guard.finish(self.process)
        how = _describe_end(self.process.returncode)
        self.process = None
        now = time.monotonic()
        if now - self._started >= STEADY_SECONDS:
            self._left = self._allowed
        if self._left == 0:
            raise self._failure(f"{how} again and again" if self._allowed else how)
        self._left -= 1
        self._restart_at = now + RESTART_PAUSE_SECONDS
        return f"{self.spec.name} {how}: starting it again."

    def restart_is_due(self) -> bool:
        return self._restart_at is not None and time.monotonic() >= self._restart_at

    def check_ready(self) -> None:
        """Note that the process has become ready; raise _GroupFailedError if it takes too long."""
        if self.is_ready or self.process is None or self.spec.ready is None:
            return
        self.is_ready = self.spec.ready()
        if not self.is_ready and time.monotonic() > self._started + self.spec.ready_within:
            raise self._failure(f"was not ready after {self.spec.ready_within:g} seconds")

    def _failure(self, what: str) -> _GroupFailedError:
        sentence = f"{self.spec.name} {what}, so everything was stopped."
        lines = self.log.tail()
        if lines:
            shown = "\n".join(f"  | {line}" for line in lines.splitlines())
            sentence += f" The last lines of {self.log.path}:\n{shown}"
        return _GroupFailedError(sentence)


def _describe_end(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    if status in (126, 127):  # the shell's answers: it may not be run, it is not there
        return f"could not be started (status {status})"
    return f"ended with status {status}"


def _terminal_is_there() -> bool:
    """Tell whether this process has a controlling terminal."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _say_on_stderr(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
