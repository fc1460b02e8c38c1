import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from evalhub.demo.guard import Guard
from tests.services.processes import assert_gone, running_with, wait_until

ROOT = Path(__file__).parents[2]
STARTS_AND_IS_KILLED = """
import os, signal, sys
from pathlib import Path
from evalhub.demo.guard import Guard

marker, scratch = sys.argv[1], Path(sys.argv[2])
guard = Guard(scratch=[scratch])
with open(os.devnull, "wb") as log:
    for _ in range(20):
        guard.spawn(["sh", "-c", "sleep 600; :", marker], log=log)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_even_what_was_started_a_moment_before_the_owner_was_killed(tmp_path: Path) -> None:
    marker, scratch = f"marker-{uuid4()}", tmp_path / "scratch"
    scratch.mkdir()

    owner = subprocess.run(
        [sys.executable, "-c", STARTS_AND_IS_KILLED, marker, str(scratch)], cwd=ROOT, check=False
    )

    assert owner.returncode == -signal.SIGKILL
    wait_until(lambda: not scratch.exists(), "the guard has cleaned up")
    assert not running_with(marker)


def test_it_ends_a_command_with_its_children_and_reports_its_status(tmp_path: Path) -> None:
    marker = f"marker-{uuid4()}"
    script = 'trap "exit 7" TERM; sh -c "sleep 600; :" "$0" & echo up; wait'
    guard = Guard()
    with (tmp_path / "log").open("wb") as log:
        process = guard.spawn(["sh", "-c", script, marker], log=log)
    wait_until(lambda: len(running_with(marker)) == 2, "the command and its child run")
    processes = running_with(marker)

    guard.stop(process)
    guard.close()

    assert process.returncode == 7
    assert_gone(processes)


def test_it_ends_what_its_owner_forgot(tmp_path: Path) -> None:
    guard = Guard()
    with (tmp_path / "log").open("wb") as log:
        process = guard.spawn(["sh", "-c", "echo up; exec sleep 600"], log=log)
    wait_until(lambda: (tmp_path / "log").read_text() == "up\n", "the command runs")

    guard.close()

    assert process.wait(60) == -signal.SIGTERM


def test_it_keeps_its_hands_off_what_was_struck_off(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    guard = Guard(scratch=[scratch])
    with (tmp_path / "log").open("wb") as log:
        first = guard.spawn(["true"], log=log)
        assert first.wait(60) == 0
        guard.finish(first)
        second = guard.spawn(["sleep", "600"], log=log)
        guard.stop(second)

    guard.close()
    guard.close()

    assert second.returncode == -signal.SIGTERM
    assert not scratch.exists()
