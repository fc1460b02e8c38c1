"""Read JSON with the line of every value, which the standard reader does not tell."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

from rubrics.files.problems import FileProblem, Path, RubricFileError
from rubrics.files.tree import Tree, TreeBuilder

# Asked for strings only: where one begins, it reads that one.
_STRINGS = JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z]+")
_WORDS = {"true": True, "false": False, "null": None}


def read_json(text: str) -> Tree:
    """Return the value in `text`; RubricFileError says what is wrong with it."""
    reader = _Reader(text)
    try:
        return reader.read()
    except JSONDecodeError as error:
        _refuse(error.lineno, error.msg[:1].lower() + error.msg[1:].rstrip(" :"))


def _refuse(line: int, reason: str) -> NoReturn:
    raise RubricFileError([FileProblem("", line, f"This is no valid JSON: {reason}.")]) from None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.builder = TreeBuilder()
        self._counted_to, self._line = 0, 1

    def read(self) -> Tree:
        value = self._value(())
        if self._peek():
            _refuse(self._line_here(), "there is something after its end")
        return self.builder.finish(value)

    def _value(self, path: Path) -> Any:
        first = self._peek()
        line = self._line_here()
        self.builder.enter(path, line)
        if first == "{":
            return self._object(path)
        if first == "[":
            return self._array(path)
        if first == '"':
            return self.builder.text(self._string(), path, line)
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            return self.builder.number(match.group(), path, line)
        return self._word()

    def _word(self) -> bool | None:
        match = _WORD.match(self.text, self.at)
        if match is None or match.group() not in _WORDS:
            _refuse(self._line_here(), "here a value is missing, or is none that JSON knows")
        self.at = match.end()
        return _WORDS[match.group()]

    def _object(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        if self._takes("}"):
            return found
        while True:
            if self._peek() != '"':
                _refuse(self._line_here(), "here a key in double quotes is missing")
            line = self._line_here()
            key = self._string()
            below = self.builder.add_key(found, path, key, line)
            if not self._takes(":"):
                _refuse(self._line_here(), "here a colon is missing")
            found[key] = self._value(below)
            if self._takes("}"):
                return found
            self._expect_comma()

    def _array(self, path: Path) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        if self._takes("]"):
            return found
        while True:
            found.append(self._value((*path, len(found))))
            if self._takes("]"):
                return found
            self._expect_comma()

    def _expect_comma(self) -> None:
        if not self._takes(","):
            _refuse(self._line_here(), "here a comma or a closing bracket is missing")

    def _string(self) -> str:
        text, self.at = _STRINGS.raw_decode(self.text, self.at)
        return str(text)

    def _peek(self) -> str:
        """Return the next character that is no space; empty at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _takes(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self.at += 1
        return True

    def _line_here(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line
