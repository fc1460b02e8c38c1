"""What is wrong with a rubric file, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Keys and list positions from the top of the file: ("criteria", 2, "levels", 0, "value").
Path = tuple[str | int, ...]

SHOWN_AT_MOST = 50
_PLAIN_KEY = re.compile(r"\w{1,64}")


@dataclass(frozen=True)
class FileProblem:
    """One thing to correct: its place in the file's content, its line, and a sentence."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.path}" if self.path else "")
        return f"{where}: {self.sentence}"


class RubricFileError(Exception):
    """The file is no rubric that could be used; `problems` says everything that is wrong."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        found = sorted(problems, key=lambda problem: problem.line)
        self.problems = found[:SHOWN_AT_MOST]
        if (left := len(found) - SHOWN_AT_MOST) > 0:
            self.problems.append(FileProblem("", found[-1].line, f"And {left} more like these."))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def spell_path(path: Path) -> str:
    """Return a path as people write it: criteria[2].levels[0].value."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = part if _PLAIN_KEY.fullmatch(part) else f"“{shorten(part)}”"
            text += f".{plain}" if text else plain
    return text


def shorten(text: str, most: int = 40) -> str:
    """Return `text` on one line, cut where it is longer than `most` characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
