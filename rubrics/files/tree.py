"""The content of a file as plain data that still knows its lines."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from rubrics.files.problems import FileProblem, Path, RubricFileError, shorten, spell_path

DEEPEST = 20
TOO_DEEP = f"This is nested more than {DEEPEST} levels deep."
MOST_VALUES = 50_000
# Every whole number of so many digits is exact in each database and in JavaScript's big numbers.
LONGEST_WHOLE = 18

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
NUMBER = re.compile(f"^{_NUMBER.pattern}$")


@dataclass(frozen=True)
class Tree:
    """Plain data, and the line on which each value begins."""

    value: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, sentence: str) -> FileProblem:
        """Return a problem with the value at `path`."""
        return FileProblem(spell_path(path), self.line_of(path), sentence)


@dataclass
class TreeBuilder:
    """What the readers of both formats share: lines, limits, and keys that stand twice."""

    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def enter(self, path: Path, line: int) -> None:
        """Note where a value begins; RubricFileError where the file is too deep or too full."""
        if len(path) > DEEPEST:
            self.refuse(path, line, TOO_DEEP)
        if len(self.lines) >= MOST_VALUES:
            self.refuse((), line, f"The file holds more than {MOST_VALUES:,} values.")
        self.lines.setdefault(path, line)

    def add_key(self, mapping: dict[str, Any], path: Path, key: str, line: int) -> Path:
        """Return the path of the value under `key`; a key that stands twice is a problem."""
        below = (*path, key)
        if key in mapping:
            self.note(below, line, f"“{shorten(key)}” stands twice here. Keep one of them.")
        self.text(key, below, line)
        self.lines[below] = line
        return below

    def text(self, text: str, path: Path, line: int) -> str:
        """Return `text`; one that no database can hold is a problem."""
        if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
            self.note(path, line, "This text holds a character that cannot be stored. Take it out.")
        return text

    def number(self, text: str, path: Path, line: int) -> int | float:
        """Return the number that `text` spells; one out of reach is a problem."""
        if _WHOLE.fullmatch(text):
            if len(text.lstrip("-")) <= LONGEST_WHOLE:
                return int(text)
        elif math.isfinite(number := float(text)):
            return number
        self.note(path, line, f"The number {shorten(text, 24)} is too large.")
        return 0

    def note(self, path: Path, line: int, sentence: str) -> None:
        """Add a problem, and read on."""
        self.problems.append(FileProblem(spell_path(path), line, sentence))

    def refuse(self, path: Path, line: int, sentence: str) -> None:
        """Stop reading: raise RubricFileError with what was found so far."""
        self.note(path, line, sentence)
        raise RubricFileError(self.problems)

    def finish(self, value: Any) -> Tree:
        """Return the tree; RubricFileError where there were problems."""
        if self.problems:
            raise RubricFileError(self.problems)
        return Tree(value, self.lines)
