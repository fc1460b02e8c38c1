"""A supervisor in a process of its own, for tests that signal and kill it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.services.processes import wait_for_text

ROOT = Path(__file__).parents[2]
SLEEP = ("sleep", "600")
FORKS = ("sh", "-c", "sleep 600 & sleep 600 & wait")
# Children inherit an ignored signal: the whole process group is deaf.
DEAF = ("sh", "-c", 'trap "" TERM; sleep 600 & sleep 600; wait')


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
