"""Read the plain part of YAML 1.2: text, numbers, true, false, null, lists and mappings.

The events come from a streaming parser, so that nothing is built before it was looked at. Words
such as No or on stay words, and dates stay text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from rubrics.files.problems import FileProblem, Path, RubricFileError
from rubrics.files.tree import NUMBER, TOO_DEEP, Tree, TreeBuilder

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_yaml(text: str) -> Tree:
    """Return the one document in `text`; RubricFileError says what is wrong with it."""
    reader = _Reader(text)
    try:
        return reader.read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, reason = (mark.line + 1) if mark else 1, error.problem or "it cannot be read"
        if "maximum nesting depth" in reason:  # the parser looks ahead of what was read here
            raise RubricFileError([FileProblem("", line, TOO_DEEP)]) from None
        _refuse(line, reason)
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position]
        _refuse(before.count(b"\n") + 1, "it holds a control character")


def _refuse(line: int, reason: str) -> NoReturn:
    raise RubricFileError([FileProblem("", line, f"This is no valid YAML: {reason}.")]) from None


class _Reader:
    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.builder = TreeBuilder()

    def read(self) -> Tree:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.builder.refuse((), 1, "The file is empty.")
        value = self._value(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self.builder.refuse(
                (),
                _line(after),
                "A second document begins here. Put each rubric into its own file.",
            )
        return self.builder.finish(value)

    def _value(self, event: Any, path: Path) -> Any:
        self.builder.enter(path, _line(event))
        self._refuse_shorthand(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path)

    def _refuse_shorthand(self, event: Any, path: Path) -> None:
        """Refuse aliases, anchors and tags: a small file must not stand for a large one."""
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            sentence = "Anchors (&) and aliases (*) are not allowed. Write the value out."
            self.builder.refuse(path, _line(event), sentence)
        if event.tag:
            self.builder.refuse(path, _line(event), "Tags (!) are not allowed. Take it out.")

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self._refuse_shorthand(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                self.builder.refuse(path, _line(event), "A key is a single word, not a list.")
            below = self.builder.add_key(found, path, event.value, _line(event))
            found[event.value] = self._value(next(self.events), below)
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        is_plain = event.implicit[0]
        if is_plain and text in _WORDS:
            return _WORDS[text]
        if is_plain and NUMBER.match(text):
            return self.builder.number(text, path, _line(event))
        return self.builder.text(text, path, _line(event))


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1
