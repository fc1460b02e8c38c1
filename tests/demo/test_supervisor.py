import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from evalhub.demo.broker import Broker
from tests.demo.group import ADDRESS
from tests.services.processes import assert_gone, family, is_alive, wait_for_text, wait_until

ROOT = Path(__file__).parents[2]
SLEEP = ("sleep", "600")
FORKS = ("sh", "-c", "sleep 600 & sleep 600 & wait")
# Children inherit an ignored signal: the whole process group is deaf.
DEAF = ("sh", "-c", 'trap "" TERM; sleep 600 & sleep 600; wait')
# A session whose first process, as make does, keeps to itself that the terminal is gone.
TAKE_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
LEADER = (
    *(sys.executable, "-c", TAKE_TERMINAL + "os.execvp(sys.argv[1], sys.argv[1:])"),
    *("sh", "-c", 'trap : HUP; "$@" & wait; wait', "sh"),
)


class Group:
    """A supervisor in a process of its own, and what it said."""

    def __init__(self, folder: Path, *processes: dict[str, Any], **settings: Any) -> None:
        self.folder = folder
        self.said = folder / "said.txt"
        plan = json.dumps({"processes": processes, **settings})
        self.command = [sys.executable, "-m", "tests.demo.group", str(folder), plan]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *before: str) -> subprocess.Popen[bytes]:
        """Start it, behind another command if one is given, in a session of its own."""
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*before, *self.command],
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start_and_wait(self) -> subprocess.Popen[bytes]:
        process = self.start()
        wait_for_text(self.said, "all ready")
        return process

    def run(self) -> tuple[int, str]:
        """Run it to its own end; return its exit code and what it said."""
        code = self.start().wait(60)
        return code, self.said.read_text()

    def pid(self) -> int:
        """Return the supervisor's process id as it wrote it into its lock."""
        return int(json.loads((self.folder / "run.lock").read_text())["pid"])


@pytest.fixture
def groups() -> Iterator[list[Group]]:
    """Collect groups whose processes must be ended, whatever the test comes to."""
    started: list[Group] = []
    yield started
    for group in started:
        if group.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(group.process.pid, signal.SIGKILL)
            group.process.wait()


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


def test_it_starts_a_dead_process_again_and_leaves_the_others_alone(
    tmp_path: Path, groups: list[Group]
) -> None:
    lives = tmp_path / "lives.txt"
    dies_once = f'echo life >> "{lives}"; [ $(wc -l < "{lives}") -gt 1 ] || exit 3; exec sleep 600'
    group = Group(
        tmp_path,
        {"name": "mortal", "command": ("sh", "-c", dies_once)},
        {"name": "steady", "command": ("sh", "-c", "echo started; exec sleep 600")},
        restarts=1,
    )
    groups.append(group)
    supervisor = group.start_and_wait()

    wait_until(lambda: lives.read_text().count("life") == 2, "the process lives a second time")

    assert "mortal ended with status 3: starting it again." in group.said.read_text()
    assert (tmp_path / "log" / "steady.log").read_text() == "started\n"
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(60) == 0


def test_it_gives_up_on_a_crash_loop_and_says_why(tmp_path: Path, groups: list[Group]) -> None:
    crash = 'echo "life of $$"; sleep 600 & echo "no database" >&2; exit 4'
    group = Group(
        tmp_path,
        {"name": "web", "command": ("sh", "-c", crash)},
        {"name": "worker", "command": SLEEP},
        restarts=1,
    )
    groups.append(group)
    supervisor = group.start_and_wait()
    processes = family(supervisor.pid)

    assert supervisor.wait(60) == 1

    said = group.said.read_text()
    assert said.count("web ended with status 4: starting it again.") == 1
    assert "web ended with status 4 again and again, so everything was stopped." in said
    assert "  | no database\n" in said
    assert (tmp_path / "log" / "web.log").read_text().count("life of") == 2
    assert_gone(processes)


def test_it_says_so_when_a_command_does_not_exist(tmp_path: Path, groups: list[Group]) -> None:
    web = {"name": "web", "command": (str(tmp_path / "no-such-program"),)}
    group = Group(tmp_path, web, restarts=0)
    groups.append(group)

    code, said = group.run()

    assert code == 1
    assert "web could not be started (status 127), so everything was stopped." in said
    assert "no-such-program" in said


def test_it_gives_up_when_a_process_does_not_get_ready(tmp_path: Path, groups: list[Group]) -> None:
    never = {"ready_file": str(tmp_path / "never"), "ready_within": 0.5}
    group = Group(tmp_path, {"name": "web", "command": SLEEP, **never})
    groups.append(group)

    code, said = group.run()

    assert code == 1
    assert "all ready" not in said
    assert "web was not ready after 0.5 seconds, so everything was stopped." in said


def test_it_starts_a_base_process_first_and_stops_it_last(
    tmp_path: Path, groups: list[Group]
) -> None:
    ready, story = tmp_path / "base ready", tmp_path / "story.txt"
    base = f'trap \'echo base ends >> "{story}"; exit\' TERM; sleep 0.3; touch "{ready}"; '
    leans = f'trap \'echo other ends >> "{story}"; exit\' TERM; test -e "{ready}" && '
    idle = "while :; do sleep 0.05; done"
    group = Group(
        tmp_path,
        {"name": "other", "command": ("sh", "-c", f'{leans} echo up > "{story}"; {idle}')},
        {
            "name": "base",
            "command": ("sh", "-c", base + idle),
            "base": True,
            "ready_file": str(ready),
        },
    )
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_for_text(story, "up")

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(60) == 0
    assert story.read_text().splitlines() == ["up", "other ends", "base ends"]


def test_it_refuses_a_second_run_and_names_the_address(tmp_path: Path, groups: list[Group]) -> None:
    first = Group(tmp_path, {"name": "one", "command": SLEEP})
    groups.append(first)
    supervisor = first.start_and_wait()

    second = Group(tmp_path, {"name": "one", "command": SLEEP})
    second.said = tmp_path / "said by the second.txt"
    groups.append(second)
    code, said = second.run()

    assert code == 3
    assert f"already running at {ADDRESS} (process {supervisor.pid})" in said
    assert supervisor.poll() is None
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(60) == 0


def test_it_runs_again_after_it_was_killed(tmp_path: Path, groups: list[Group]) -> None:
    first = Group(tmp_path, {"name": "one", "command": DEAF})
    groups.append(first)
    supervisor = first.start_and_wait()
    wait_until(lambda: len(family(supervisor.pid)) == 5, "the deaf one runs its two children")
    guarded = [process for process in family(supervisor.pid) if process.name() in ("sh", "sleep")]
    supervisor.kill()
    supervisor.wait()

    second = Group(tmp_path, {"name": "one", "command": SLEEP})
    groups.append(second)
    again = second.start_and_wait()

    # It had to wait for the lock, which the guard holds until the first group has ended.
    assert len(guarded) == 3
    assert not any(is_alive(process) for process in guarded)
    again.send_signal(signal.SIGTERM)
    assert again.wait(60) == 0


@pytest.mark.parametrize("verbose", [False, True])
def test_it_shows_output_behind_names_only_when_asked(
    tmp_path: Path, groups: list[Group], verbose: bool
) -> None:
    speaks = ("sh", "-c", "echo hello; echo trouble >&2; exec sleep 600")
    group = Group(
        tmp_path,
        {"name": "web", "command": speaks},
        {"name": "worker", "command": SLEEP},
        verbose=verbose,
    )
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_for_text(tmp_path / "log" / "web.log", "hello\ntrouble\n")

    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(60) == 0
    shown = [line for line in group.said.read_text().splitlines() if "|" in line]
    assert shown == (["web    | hello", "web    | trouble"] if verbose else [])


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
