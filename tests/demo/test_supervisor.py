import signal
from pathlib import Path

import pytest

from tests.demo.group import ADDRESS
from tests.demo.supervised import DEAF, SLEEP, Group
from tests.services.processes import assert_gone, family, is_alive, wait_for_text, wait_until


def test_it_looks_after_the_group_while_it_runs_an_errand(
    tmp_path: Path, groups: list[Group]
) -> None:
    log = tmp_path / "log" / "one.log"
    until_second_life = (
        f'echo errand; until [ $(wc -l < "{log}") = 2 ]; do sleep 0.05; done; exit 5'
    )
    group = Group(
        tmp_path,
        {"name": "one", "command": ("sh", "-c", "echo alive; exec sleep 600")},
        errand=("sh", "-c", until_second_life),
    )
    groups.append(group)
    supervisor = group.start_and_wait()
    wait_for_text(log, "alive\n")
    wait_for_text(group.said, "errand\n")

    next(child for child in family(supervisor.pid) if child.cmdline() == list(SLEEP)).kill()

    wait_for_text(group.said, "errand ended with status 5")
    assert log.read_text() == "alive\nalive\n"
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(60) == 0


def test_it_starts_a_dead_process_again_and_leaves_the_others_alone(
    tmp_path: Path, groups: list[Group]
) -> None:
    lives = tmp_path / "lives.txt"
    lives.touch()
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
