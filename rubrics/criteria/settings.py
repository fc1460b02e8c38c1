"""What a criterion type can be told beside its levels: declared once, used everywhere.

The editor's fields, the file's schema, the checks and the diff are all made from these.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# The largest whole number up to which a float holds every one exactly.
LARGEST_EXACT = 2**53

Kind = Literal["flag", "whole", "number", "choice", "choices", "words", "level"]


@dataclass(frozen=True)
class Setting:
    """One setting: its name in files, its words in the editor, and the values it takes.

    Kinds: flag (true or false), whole and number (between least and most), choice (one of
    `choices`), choices (some of them), words (a list of short texts), level (a level's key).
    `change` is the gravest class that changing it can be given without a lead's say.
    """

    name: str
    label: str
    kind: Kind
    default: Any = None
    help: str = ""
    choices: tuple[tuple[Any, str], ...] = field(default=())
    least: float | None = None
    most: float | None = None
    change: Literal["editorial", "clarifying", "breaking"] = "breaking"

    def problem(self, value: Any, level_keys: Iterable[str] = ()) -> str:
        """Return what is wrong with `value`, as the end of a sentence; empty where nothing is."""
        check = getattr(self, f"_check_{self.kind}")
        return str(check(value, set(level_keys)))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a value."""
        values = [value for value, _ in self.choices]
        shapes: dict[str, dict[str, Any]] = {
            "flag": {"type": "boolean"},
            "whole": {"type": "integer"},
            "number": {"type": "number"},
            "choice": {"enum": values},
            "choices": {"type": "array", "items": {"enum": values}, "uniqueItems": True},
            "words": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "level": {"type": "string"},
        }
        shape = dict(shapes[self.kind])
        if self.least is not None:
            shape["minimum"] = self.least
        if self.most is not None:
            shape["maximum"] = self.most
        return {**shape, "description": self.help or self.label}

    def _check_flag(self, value: Any, _: set[str]) -> str:
        return "" if isinstance(value, bool) else "is either true or false"

    def _check_whole(self, value: Any, _: set[str]) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            return "is a whole number"
        if abs(value) > LARGEST_EXACT:
            return f"is a whole number of {LARGEST_EXACT} at most"
        return self._check_range(value)

    def _check_number(self, value: Any, _: set[str]) -> str:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return "is a number"
        if not math.isfinite(value):
            return "is a finite number"
        return self._check_range(value)

    def _check_range(self, value: float) -> str:
        if self.least is not None and value < self.least:
            return f"is {self.least:g} or more"
        return f"is {self.most:g} at most" if self.most is not None and value > self.most else ""

    def _check_choice(self, value: Any, _: set[str]) -> str:
        values = [one for one, _ in self.choices]
        listed = ", ".join(str(one) for one in values)
        is_known = any(value == one and type(value) is type(one) for one in values)
        return "" if is_known else f"is one of {listed}"

    def _check_choices(self, value: Any, keys: set[str]) -> str:
        if not isinstance(value, list) or not value:
            return "is a list with at least one entry"
        wrong = next((text for one in value if (text := self._check_choice(one, keys))), "")
        return wrong or ("" if len(value) == len(set(value)) else "names one entry twice")

    def _check_words(self, value: Any, _: set[str]) -> str:
        if not isinstance(value, list):
            return "is a list of words"
        if not all(isinstance(one, str) and one.strip() and len(one) <= 80 for one in value):
            return "is a list of texts of 80 characters at most"
        return "" if len(value) == len(set(value)) else "names one word twice"

    def _check_level(self, value: Any, keys: set[str]) -> str:
        if not isinstance(value, str):
            return "is the key of one of the levels"
        return "" if not value or value in keys else "names no level of this criterion"


def settings_problems(
    declared: Iterable[Setting], given: Mapping[str, Any], level_keys: Iterable[str]
) -> list[str]:
    """Return what is wrong with the settings `given`, each as a phrase that begins with a name."""
    known = {setting.name: setting for setting in declared}
    keys = set(level_keys)
    problems = [f"there is no setting called “{name}”" for name in given if name not in known]
    for name, value in given.items():
        if name in known and (problem := known[name].problem(value, keys)):
            problems.append(f"{known[name].label.lower()} {problem}")
    return problems
