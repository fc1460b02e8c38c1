"""Shapes of plain data: each checks a value in words and describes itself as JSON Schema."""

from __future__ import annotations

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rubrics.files.problems import Path, shorten

# A place in the data, and a sentence about it.
Found = tuple[Path, str]


class Shape(ABC):
    """What a value looks like."""

    @abstractmethod
    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        """Yield everything that is wrong with `value`, which stands at `path`."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""


@dataclass(frozen=True)
class Text(Shape):
    """Text of `most` characters; not blank where it must be `filled`."""

    most: int | None = None
    filled: bool = False
    pattern: str = ""
    pattern_words: str = ""
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, str):
            yield path, "This is to be text. Put it in quotes if it is meant to be."
        elif self.filled and not value.strip():
            yield path, "This must not be empty."
        elif self.most is not None and len(value) > self.most:
            yield path, f"This has {len(value):,} characters; {self.most} are the most."
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield path, self.pattern_words

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string"}
        if self.filled and not self.pattern:
            found["pattern"] = r"\S"
        if self.pattern:
            found["pattern"] = f"^{self.pattern}$"
        if self.most is not None:
            found["maxLength"] = self.most
        return _described(found, self.about)


@dataclass(frozen=True)
class Flag(Shape):
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, bool):
            yield path, "This is either true or false."

    def schema(self) -> dict[str, Any]:
        return _described({"type": "boolean"}, self.about)


@dataclass(frozen=True)
class Number(Shape):
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield path, "This is a number."

    def schema(self) -> dict[str, Any]:
        return _described({"type": "number"}, self.about)


@dataclass(frozen=True)
class Whole(Shape):
    least: int
    most: int
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not self.least <= value <= self.most:
            yield path, f"This is a whole number from {self.least} to {self.most}."

    def schema(self) -> dict[str, Any]:
        bounds = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return _described(bounds, self.about)


@dataclass(frozen=True)
class OneOf(Shape):
    values: tuple[str, ...]
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, str) or value not in self.values:
            given = f", not “{shorten(value)}”" if isinstance(value, str) else ""
            yield path, f"This is one of {', '.join(self.values)}{given}."

    def schema(self) -> dict[str, Any]:
        return _described({"enum": list(self.values)}, self.about)


@dataclass(frozen=True)
class Items(Shape):
    """A list of at most `most` values of one shape; `name` is what they are called."""

    of: Shape
    most: int
    name: str
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, list):
            yield path, f"This is a list of {self.name}."
        elif len(value) > self.most:
            yield path, f"There are {len(value):,} {self.name}; {self.most} are the most."
        else:
            for position, item in enumerate(value):
                yield from self.of.problems(item, (*path, position))

    def schema(self) -> dict[str, Any]:
        found = {"type": "array", "maxItems": self.most, "items": self.of.schema()}
        return _described(found, self.about)


@dataclass(frozen=True)
class Record(Shape):
    """A mapping with known keys, some of them required."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, dict):
            yield path, f"This is a mapping with the keys {', '.join(self.fields)}."
            return
        for name in self.required:
            if name not in value:
                yield path, f"“{name}” is missing here."
        for name, given in value.items():
            if name in self.fields:
                yield from self.fields[name].problems(given, (*path, name))
            else:
                yield (*path, name), unknown_key(name, list(self.fields))

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.fields.items()},
            "additionalProperties": False,
        }
        if self.required:
            found["required"] = list(self.required)
        return _described(found, self.about)


@dataclass(frozen=True)
class Either(Shape):
    """Plain text, or a record."""

    text: Text
    record: Record
    about: str = field(default="")

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        shape = self.record if isinstance(value, dict) else self.text
        yield from shape.problems(value, path)

    def schema(self) -> dict[str, Any]:
        return _described({"anyOf": [self.text.schema(), self.record.schema()]}, self.about)


@dataclass(frozen=True)
class Keyed(Shape):
    """A mapping from keys of one pattern to values of one shape."""

    key: Text
    of: Shape
    about: str = ""

    def problems(self, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, dict):
            yield path, "This is a mapping."
            return
        for name, given in value.items():
            yield from self.key.problems(name, (*path, name))
            yield from self.of.problems(given, (*path, name))

    def schema(self) -> dict[str, Any]:
        found = {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.of.schema(),
        }
        return _described(found, self.about)


def unknown_key(name: str, known: list[str]) -> str:
    """Return a sentence about a key that nothing knows, with the nearest one that is known."""
    near = difflib.get_close_matches(name[:80], known, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else _listed(known)
    return f"There is nothing called “{shorten(name)}” here. {hint}"


def _listed(known: list[str]) -> str:
    return f"What can stand here: {', '.join(known)}." if known else "Nothing can stand here."


def _described(schema: dict[str, Any], about: str) -> dict[str, Any]:
    return {**schema, "description": about} if about else schema
