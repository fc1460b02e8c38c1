"""What a row of a manifest says of one task."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evalhub.imaging.errors import Refused
from tasks.manifests.mapping import JUDGED_USES, ColumnMapping
from tasks.manifests.sources import check_name, shown
from tasks.manifests.table import Row

KINDS = ("production", "gold", "training", "qualification")
PRIORITIES = range(-10, 11)
MOST_IMAGES, MOST_TAGS = 20, 50
LONGEST_KEY, LONGEST_TAG, LONGEST_PROMPT = 200, 100, 20_000
NOT_TEXT = (
    "holds characters that cannot be stored. Save the manifest as UTF-8, "
    "and leave out whatever is no text."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One task as a row describes it: its images as role and file name; "" for a key not given."""

    number: int
    images: tuple[tuple[str, str], ...]
    key: str
    prompt: str
    tags: tuple[str, ...]
    hidden: dict[str, Any]
    priority: int
    kind: str


def read_entry(row: Row, mapping: ColumnMapping) -> Entry:
    """Return what `row` says by `mapping`; Refused with a sentence where it cannot be used."""
    if row.problem:
        raise Refused(row.problem)
    cells, singles = row.cells, mapping.singles
    given = {use: cells.get(column) for use, column in singles.items()}
    entry = Entry(
        number=row.number,
        images=tuple(_images(row, mapping)),
        key=_text("key", given.get("key"), LONGEST_KEY),
        prompt=_text("prompt", given.get("prompt"), LONGEST_PROMPT),
        tags=_tags(given.get("tags")),
        hidden=_hidden(row, mapping),
        priority=_priority(given.get("priority")),
        kind=_kind(given.get("kind")),
    )
    if "key" in singles and not entry.key:
        raise Refused(f"There is no key in “{singles['key']}”. Give each row one of its own.")
    return entry


def _images(row: Row, mapping: ColumnMapping) -> Iterator[tuple[str, str]]:
    found = []
    for column, role in mapping.images:
        value = row.cells.get(column)
        for name in value if isinstance(value, list) else [value]:
            if name is None or name == "":
                continue
            if not isinstance(name, str):
                raise Refused(f"“{column}” does not name a file. Write its path as text.")
            check_name(name)
            found.append((role, name))
    if not any(role in JUDGED_USES for role, _ in found):
        raise Refused("This row names no image to be judged.")
    if len(found) > MOST_IMAGES:
        raise Refused(f"This row names {len(found)} images; a task has {MOST_IMAGES} at most.")
    yield from found


def _text(what: str, value: Any, longest: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused(f"The {what} is no text.")
    text = str(value).strip()
    if len(text) > longest:
        raise Refused(f"The {what} is longer than {longest:,} characters. Shorten it.")
    if not _is_storable(text):
        raise Refused(f"The {what} {NOT_TEXT}")
    return text


def _tags(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    given = value if isinstance(value, list) else str(value).split(",")
    tags = tuple(dict.fromkeys(tag for one in given if (tag := _text("tag", one, LONGEST_TAG))))
    if len(tags) > MOST_TAGS:
        raise Refused(f"This row has {len(tags)} tags; a task has {MOST_TAGS} at most.")
    return tags


def _hidden(row: Row, mapping: ColumnMapping) -> dict[str, Any]:
    found = {
        column: value
        for column in mapping.hidden
        if (value := row.cells.get(column)) not in (None, "")
    }
    for column, value in found.items():
        if not _is_storable(value):
            raise Refused(f"“{shown(column)}” {NOT_TEXT}")
    return found


def _priority(value: Any) -> int:
    if value in (None, ""):
        return 0
    try:
        priority = int(str(value))
    except ValueError:
        priority = PRIORITIES.stop
    if priority not in PRIORITIES:
        raise Refused(
            f"The priority is “{shown(str(value))}”. "
            f"Write a whole number from {PRIORITIES[0]} to {PRIORITIES[-1]}."
        )
    return priority


def _kind(value: Any) -> str:
    kind = str(value or KINDS[0]).strip().lower()
    if kind not in KINDS:
        raise Refused(f"“{shown(kind)}” is no kind of task. Write one of: {', '.join(KINDS)}.")
    return kind


def _is_storable(value: Any) -> bool:
    """Return whether a database can keep `value`: text without NUL, numbers that are finite."""
    if isinstance(value, str):
        return (value.isascii() and "\0" not in value) or _is_unicode(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return all(map(_is_storable, value))
    if isinstance(value, dict):
        return all(map(_is_storable, value)) and all(map(_is_storable, value.values()))
    return True


def _is_unicode(text: str) -> bool:
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)
