"""Run a group under a supervisor in a process of its own: `python -m tests.demo.group FOLDER PLAN`.

PLAN is JSON: `processes` (each with the fields of Process; `ready_file` makes it ready once that
file exists), an `errand` to run once all are ready, and the supervisor's own settings.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evalhub.demo.lock import AlreadyRunningError, RunLock
from evalhub.demo.supervisor import Process, Supervisor

ADDRESS = "http://127.0.0.1:8123/"


def read_process(fields: dict[str, Any]) -> Process:
    ready_file = fields.pop("ready_file", None)
    ready: Callable[[], bool] | None = Path(ready_file).exists if ready_file else None
    return Process(ready=ready, **fields)


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")  # at once: print would write the end of the line on its own
    sys.stdout.flush()


def greet(group: Supervisor, errand: list[str] | None) -> None:
    say("all ready")
    if errand:
        say(f"errand ended with status {group.run_errand(errand)}")


def main() -> int:
    folder, plan = Path(sys.argv[1]), json.loads(sys.argv[2])
    errand = plan.pop("errand", None)
    processes = [read_process(fields) for fields in plan.pop("processes")]
    try:
        with RunLock(folder, ADDRESS) as lock:
            group = Supervisor(processes, folder, lock=lock, **plan)
            return group.run(on_ready=lambda: greet(group, errand))
    except AlreadyRunningError as refusal:
        say(str(refusal))
        return 3


if __name__ == "__main__":
    sys.exit(main())
