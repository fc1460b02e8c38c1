"""The product's own processes on loopback, by the commands of production, behind fault proxies."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg2

from evalhub.demo.broker import Broker
from evalhub.demo.guard import Guard
from evalhub.demo.ports import answers_http
from tests.faults.proxy import HOST, Proxy
from tests.services.postgres import PROGRAMS, SOCKET, Postgres, find_site
from tests.services.processes import assert_gone, family, wait_until

ROOT = Path(__file__).parents[2]
SECRET = "only-for-the-fault-cases-0123456789abcdefghijkl"
POSTGRES_VARIABLE = "EVALHUB_FAULTS_POSTGRES"
STATIC_VARIABLE = "EVALHUB_FAULTS_STATIC"
TEMPLATE = "evalhub_template"

Process = subprocess.Popen[bytes]


class House:
    """Database, broker, and what a case starts of web, worker and beat, for a `with` block.

    `engine` is "postgres" (a database of its own in the server that all cases share), "sqlite", or
    "own postgres" (a server of its own, which the case may restart).
    """

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.direct_url = ""
        self.postgres: Postgres | None = None
        self._engine = engine
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.data.mkdir(parents=True)
        self._guard = Guard()
        self._stack.callback(self._guard.close)
        self.broker = self._stack.enter_context(Broker(self.folder / "broker"))
        self.broker_proxy = self._stack.enter_context(Proxy(self.broker.socket))
        self._open_database()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def environment(self, *, direct: bool = False, **more: str) -> dict[str, str]:
        """Return the variables of the product's processes; `direct` leads past the proxies."""
        broker = f"redis://{HOST}:{self.broker_proxy.port}/0"
        return {
            "DJANGO_SETTINGS_MODULE": "evalhub.settings",
            "EVALHUB_SECRET_KEY": SECRET,
            "EVALHUB_HTTPS": "0",
            "EVALHUB_ADMIN_SECOND_FACTOR": "0",
            "EVALHUB_LOG_LEVEL": "WARNING",
            "EVALHUB_DATA_DIR": str(self.data),
            "EVALHUB_STATIC_ROOT": os.environ[STATIC_VARIABLE],
            "DATABASE_URL": self.direct_url if direct else self.proxied_url,
            "REDIS_URL": self.broker.celery_url if direct else broker,
            **more,
        }

    @contextmanager
    def web(self, *, workers: int = 2, threads: int = 4, without: str = "") -> Iterator[Process]:
        """Run the web server for a `with` block, `without` the named guard if one is given."""
        process = self.start_web(workers=workers, threads=threads, without=without)
        try:
            yield process
        finally:
            self.stop(process)

    def start_web(self, *, workers: int = 2, threads: int = 4, without: str = "") -> Process:
        """Start the web server and return once it answers."""
        application = "tests.faults.unguarded" if without else "evalhub.wsgi"
        command = [sys.executable, "-m", "gunicorn", application]
        command += ["--bind", f"{HOST}:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", str(workers), "--threads", str(threads)]
        command += ["--max-requests", "2000", "--max-requests-jitter", "200"]
        process = self._spawn("web", command, EVALHUB_FAULTS_WITHOUT=without)
        live = f"{self.address}/health/live/"
        wait_until(lambda: answers_http(live) or process.poll() is not None, "the web answers")
        assert process.poll() is None, f"the web server ended: {self.said('web')}"
        return process

    def start_worker(self) -> Process:
        """Start a worker with one child and return once it takes jobs."""
        self.log("worker").unlink(missing_ok=True)
        command = [sys.executable, "-m", "celery", "-A", "evalhub", "worker"]
        command += ["--loglevel=INFO", "--concurrency=1"]
        process = self._spawn("worker", command)
        wait_until(lambda: "ready." in self.said("worker"), "the worker is ready")
        return process

    def limit_files(self, process: Process, size: int) -> None:
        """Let a process and its children write no file beyond `size` bytes: a disk that is full."""
        for one in family(process.pid):
            _, most = one.rlimit(psutil.RLIMIT_FSIZE)
            one.rlimit(psutil.RLIMIT_FSIZE, (size, most))

    def start_beat(self) -> Process:
        command = [sys.executable, "-m", "celery", "-A", "evalhub", "beat", "--loglevel=INFO"]
        return self._spawn("beat", command)

    def stop(self, process: Process) -> None:
        """End a process as production does: SIGTERM and some patience."""
        self._guard.stop(process)

    def kill(self, process: Process) -> None:
        """SIGKILL a process and all that it started, by their ids."""
        killed = family(process.pid)
        for one in killed:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self._guard.finish(process)
        assert_gone(killed)

    def manage(self, *arguments: str) -> str:
        """Run a management command directly on the database, and return what it said."""
        command = [sys.executable, "manage.py", *arguments]
        return self.run(command)

    def run(self, command: list[str], **more: str) -> str:
        """Run a command in the environment of the product; return its output, or fail with it."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **self.environment(direct=True), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command[:3]} failed: {done.stderr[-2000:]}{done.stdout}"
        return done.stdout

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def said(self, name: str) -> str:
        """Return the log of web, worker or beat."""
        path = self.log(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def _spawn(self, name: str, command: list[str], **more: str) -> Process:
        with self.log(name).open("ab") as stream:
            environment = {**os.environ, **self.environment(), **more}
            return self._guard.spawn(command, log=stream, cwd=ROOT, env=environment)

    def _open_database(self) -> None:
        if self._engine == "sqlite":
            self.direct_url = self.proxied_url = f"sqlite:///{self.folder / 'house.sqlite3'}"
            self.manage("migrate", "--verbosity=0")
            return
        if self._engine == "own postgres":
            self.postgres = self._stack.enter_context(Postgres())
            maintenance, name = self.postgres.url, "evalhub"
            run_sql(maintenance, f"CREATE DATABASE {name}")
        else:
            maintenance, name = os.environ[POSTGRES_VARIABLE], f"case_{self.folder.name}".lower()
            run_sql(maintenance, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            self._stack.callback(
                run_sql, maintenance, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
            )
        self.maintenance_url, self.direct_url = maintenance, url_of(maintenance, name)
        [host] = parse_qs(urlsplit(maintenance).query)["host"]
        upstream = Path(host) / SOCKET
        self.database_proxy = self._stack.enter_context(Proxy(upstream))
        self.proxied_url = f"postgresql://postgres@{HOST}:{self.database_proxy.port}/{name}"
        if self._engine == "own postgres":
            self.manage("migrate", "--verbosity=0")


def url_of(maintenance: str, name: str) -> str:
    """Return the address of another database on the server that `maintenance` leads to."""
    return urlsplit(maintenance)._replace(path=f"/{name}").geturl()


def run_sql(url: str, statement: str) -> None:
    """Run a statement outside of any transaction."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def find_programs() -> str:
    """Return a PATH on which pg_dump and its like are found, of the server's own version first."""
    programs = find_site() / PROGRAMS
    assert shutil.which("pg_dump", path=str(programs)), "pg_dump is missing"
    return os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
