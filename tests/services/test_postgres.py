import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psutil
import psycopg2
import pytest

from tests.services.postgres import (
    PARTS,
    Postgres,
    PostgresError,
    find_site,
    site_for,
    unprivileged_user,
)
from tests.services.processes import assert_gone, wait_until

ROOT = Path(__file__).parents[2]
STARTS_AND_WAITS = """
import os, time
from tests.services.postgres import Postgres

with Postgres() as server:
    print(os.geteuid(), server.pid, server.url, flush=True)
    time.sleep(600)
"""


def can_run_python_as(user: int) -> bool:
    """Tell whether another user can run this interpreter with what is installed for it."""
    probe = [sys.executable, "-c", "import psycopg2, tests.services.postgres"]
    try:
        ran = subprocess.run(probe, cwd=ROOT, user=user, group=user, extra_groups=[], check=False)
    except PermissionError:
        return False
    return ran.returncode == 0


def owners() -> list[int | None]:
    """Return whom to start a server as: oneself, and for root an ordinary user too."""
    user = unprivileged_user()
    return [None, user] if user is not None and can_run_python_as(user) else [None]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, which pytest's own folders are not."""
    folder = Path(tempfile.mkdtemp(prefix="evalhub-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def ask(url: str, question: str) -> tuple[object, ...]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return tuple(cursor.fetchone() or ())
    finally:
        connection.close()


def test_it_serves_a_postgresql_in_unicode_and_utc(server: Postgres) -> None:
    question = "select version(), current_setting('server_encoding'), upper('é'), now()::text"
    version, encoding, upper, now = ask(server.url, question)

    assert str(version).startswith("PostgreSQL 18.")
    assert (encoding, upper) == ("UTF8", "É")
    assert str(now).endswith("+00")


def test_it_gives_an_address_that_django_reads_alike(server: Postgres) -> None:
    settings = dj_database_url.parse(server.url)

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert settings["OPTIONS"] == {"host": str(server.folder)}
    assert (settings["NAME"], settings["USER"], settings["HOST"]) == ("postgres", "postgres", "")


def test_it_listens_on_no_port_and_lets_nobody_else_in(server: Postgres) -> None:
    assert psutil.Process(server.pid).net_connections("inet") == []
    assert server.folder.stat().st_mode & 0o077 == 0


def test_it_never_runs_as_root(server: Postgres) -> None:
    assert psutil.Process(server.pid).uids().effective == (unprivileged_user() or os.geteuid())
    assert unprivileged_user() != 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("user", owners())
def test_it_ends_with_the_run_that_started_it(user: int | None, number: signal.Signals) -> None:
    """Start it as root and as an ordinary user, and kill the run while a connection is open."""
    run = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    with run:
        assert run.stdout is not None
        uid, pid, url = run.stdout.readline().split()
        assert int(uid) == (os.geteuid() if user is None else user)
        connection = psycopg2.connect(url)
        head = psutil.Process(int(pid))
        processes = [head, *head.children(recursive=True)]

        run.send_signal(number)

    assert_gone(processes)
    connection.close()
    folder = Path(url.partition("host=")[2])
    wait_until(lambda: not folder.exists(), "its folder has been removed")


def test_it_leaves_nothing_behind() -> None:
    with Postgres() as server:
        folder, process = server.folder, psutil.Process(server.pid)
        left_open = psycopg2.connect(server.url)

    assert not process.is_running()
    assert not folder.exists()
    assert server.pid is None
    left_open.close()
    server.stop()  # a second time is no error
    with pytest.raises(PostgresError, match="is not running"):
        assert server.url


def test_it_starts_from_a_folder_that_is_closed_to_others(
    tmp_path: Path, open_folder: Path
) -> None:
    """Do as in a home folder of mode 0700: root has to run the programs as somebody else."""
    site = find_site()
    closed = tmp_path / "closed"
    for part in PARTS:
        if (site / part).exists():
            shutil.copytree(site / part, closed / part, symlinks=True)
    closed.chmod(0o700)

    usable = site_for(unprivileged_user(), closed, cache=open_folder)
    again = site_for(unprivileged_user(), closed, cache=open_folder)

    assert again == usable
    assert (usable == closed) is (unprivileged_user() is None)
    with Postgres(usable) as server:
        assert ask(server.url, "select 1") == (1,)
    shutil.rmtree(closed)


def test_it_says_what_the_programs_said_when_they_fail(tmp_path: Path) -> None:
    site = Path(tempfile.mkdtemp(prefix="evalhub-tests-"))
    try:
        shutil.copytree(find_site() / PARTS[0], site / PARTS[0], symlinks=True)
        libraries = find_site() / PARTS[2]
        if libraries.exists():
            shutil.copytree(libraries, site / PARTS[2])
        site.chmod(0o755)
        for template in site.rglob("postgres.bki"):
            template.unlink()

        with pytest.raises(PostgresError, match=r"(?s)could not make its data folder\..*bki"):
            Postgres(site).start()
    finally:
        shutil.rmtree(site)
