import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evalhub.demo.broker import Broker
from tests.demo.supervised import DEAF, FORKS, ROOT, SLEEP, Group
from tests.services.processes import assert_gone, family, wait_for_text, wait_until

# A session whose first process, as make does, keeps to itself that the terminal is gone.
TAKE_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
LEADER = (
    *(sys.executable, "-c", TAKE_TERMINAL + "os.execvp(sys.argv[1], sys.argv[1:])"),
    *("sh", "-c", 'trap : HUP; "$@" & wait; wait', "sh"),
)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGKILL, -9)],
)
def test_it_leaves_no_process_behind(
    tmp_path: Path, groups: list[Group], number: signal.Signals, code: int
) -> None:
    group = Group(tmp_path, {"name": "one", "command": SLEEP}, {"name": "two", "command": FORKS})
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_until(lambda: len(family(supervisor.pid)) == 6, "both run, two grandchildren, the guard")
    processes = family(supervisor.pid)

    os.killpg(supervisor.pid, number)  # as a terminal does: to the group in the foreground

    assert supervisor.wait(60) == code
    assert_gone(processes)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_it_does_not_leave_an_errand_behind(
    tmp_path: Path, groups: list[Group], number: signal.Signals, code: int
) -> None:
    group = Group(tmp_path, {"name": "one", "command": SLEEP}, errand=FORKS)
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_until(lambda: len(family(supervisor.pid)) == 6, "the errand runs with two children")
    processes = family(supervisor.pid)

    supervisor.send_signal(number)

    assert supervisor.wait(60) == code
    assert_gone(processes)
    assert "errand ended" not in group.said.read_text()


@pytest.mark.services
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_a_celery_worker_with_its_pool(
    tmp_path: Path, groups: list[Group], number: signal.Signals
) -> None:
    broker = Broker(tmp_path)
    app = ("-m", "celery", "-A", "tests.demo.tiny_app")
    options = ("--loglevel", "info", "--concurrency", "2")
    worker = {
        "name": "worker",
        "command": (sys.executable, *app, "worker", *options),
        "env": {"TINY_BROKER": broker.celery_url},
    }
    base = {
        "name": "broker",
        "command": broker.command(),
        "base": True,
        "ready_file": str(broker.socket),
    }
    group = Group(tmp_path, worker, base)
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_for_text(tmp_path / "log" / "worker.log", "ready.")
    processes = family(supervisor.pid)
    assert len(processes) >= 6  # supervisor, guard, broker, worker and its pool of two

    supervisor.send_signal(number)

    supervisor.wait(60)
    assert_gone(processes)
    assert not broker.answers()


def test_it_kills_what_does_not_heed_the_stop_signal(tmp_path: Path, groups: list[Group]) -> None:
    group = Group(tmp_path, {"name": "deaf", "command": DEAF, "grace": 0.3})
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_until(lambda: len(family(supervisor.pid)) == 5, "the deaf one runs its two children")
    processes = family(supervisor.pid)

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(60) == 0
    assert_gone(processes)


def test_it_stops_waiting_at_the_second_interrupt(tmp_path: Path, groups: list[Group]) -> None:
    group = Group(tmp_path, {"name": "deaf", "command": DEAF, "grace": 600})
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_until(lambda: len(family(supervisor.pid)) == 5, "the deaf one runs its two children")
    processes = family(supervisor.pid)

    supervisor.send_signal(signal.SIGINT)
    wait_for_text(group.said, "Stopping.")
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(60) == 0
    assert_gone(processes)


def test_it_stops_when_its_parent_is_killed(tmp_path: Path, groups: list[Group]) -> None:
    group = Group(tmp_path, {"name": "one", "command": SLEEP})
    groups.append(group)
    parent = group.start("sh", "-c", '"$@" & wait', "sh")
    wait_for_text(group.said, "all ready")
    processes = family(group.pid())

    parent.kill()

    assert_gone(processes)
    assert "The program that started this one has ended: stopping." in group.said.read_text()


def test_it_outlives_its_parent_under_nohup(tmp_path: Path, groups: list[Group]) -> None:
    child = ("sh", "-c", "echo alive; exec sleep 600")
    group = Group(tmp_path, {"name": "one", "command": child})
    groups.append(group)
    parent = group.start("sh", "-c", 'trap "" HUP; "$@" & wait', "sh")
    log = tmp_path / "log" / "one.log"
    wait_for_text(log, "alive\n")
    processes = family(group.pid())

    parent.kill()
    parent.wait()
    os.kill(group.pid(), signal.SIGHUP)

    # That it starts its process again shows that it still looks after it.
    processes[-1].kill()
    wait_for_text(log, "alive\nalive\n")
    processes += family(group.pid())

    os.kill(group.pid(), signal.SIGTERM)

    assert_gone(processes)


def test_it_stops_the_group_although_the_terminal_is_gone(
    tmp_path: Path, groups: list[Group]
) -> None:
    group = Group(tmp_path, {"name": "one", "command": SLEEP})
    groups.append(group)
    reader, writer = os.pipe()
    supervisor = group.process = subprocess.Popen(
        group.command, cwd=ROOT, stdout=writer, stderr=writer, start_new_session=True
    )
    os.close(writer)
    assert os.read(reader, 100).startswith(b"all ready")
    processes = family(supervisor.pid)
    os.close(reader)

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(60) == 0
    assert_gone(processes)


def test_it_stops_when_the_terminal_is_closed_and_nobody_passes_it_on(
    tmp_path: Path, groups: list[Group]
) -> None:
    group = Group(tmp_path, {"name": "one", "command": FORKS})
    groups.append(group)
    terminal, end = os.openpty()
    leader = group.process = subprocess.Popen(
        [*LEADER, *group.command],
        cwd=ROOT,
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    assert os.read(terminal, 100).startswith(b"all ready")
    processes = family(leader.pid)
    assert len(processes) >= 4  # the leader, the supervisor, its guard, what it runs

    os.close(terminal)

    assert_gone(processes)
