"""What each column of a manifest is for: chosen by a person, or guessed by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

JUDGED_USES = ("candidate", "edit")
IMAGE_USES = (*JUDGED_USES, "reference", "source")
# Of these a row has one at most.
SINGLE_USES = ("key", "prompt", "tags", "priority", "kind")
HIDDEN = "hidden"
USES = (*IMAGE_USES, *SINGLE_USES, HIDDEN)


class MappingError(Exception):
    """The columns cannot be used so; the text says what to choose instead."""


@dataclass(frozen=True)
class ColumnMapping:
    """Columns with their uses; those of images in the order in which a task shows them."""

    pairs: tuple[tuple[str, str], ...]
    images: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    hidden: tuple[str, ...] = field(init=False, repr=False, compare=False)
    singles: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the columns by their use once, and not for each row."""
        images = tuple((column, use) for column, use in self.pairs if use in IMAGE_USES)
        hidden = tuple(column for column, use in self.pairs if use == HIDDEN)
        singles = {use: column for column, use in self.pairs if use in SINGLE_USES}
        for name, value in (("images", images), ("hidden", hidden), ("singles", singles)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Guess:
    """A mapping by usual names, and what to say of columns that it left out on purpose."""

    mapping: ColumnMapping
    notes: tuple[str, ...] = ()


def check_mapping(pairs: Iterable[tuple[str, str]], columns: Sequence[str]) -> ColumnMapping:
    """Return the mapping that `pairs` of column and use make; MappingError where they make none."""
    chosen = tuple(pairs)
    seen: set[str] = set()
    for column, use in chosen:
        if use not in USES:
            raise MappingError(
                f"“{use}” is no use of a column. Choose one of these: {', '.join(USES)}."
            )
        if column not in columns:
            raise MappingError(
                f"There is no column “{column}”. The columns are: {', '.join(columns)}."
            )
        twice = column if column in seen else use if use in SINGLE_USES and use in seen else ""
        if twice:
            raise MappingError(f"“{twice}” is chosen twice. Choose it once.")
        seen |= {column, use}
    if not any(use in JUDGED_USES for _, use in chosen):
        raise MappingError(
            "No column names the images to be judged. Choose one for candidate (or edit)."
        )
    return ColumnMapping(chosen)


def guess_mapping(columns: Sequence[str]) -> Guess:
    """Propose a use for each column with a usual name; the others are left out."""
    names = {column: _plain(column) for column in columns}
    uses = {column: use for column, name in names.items() if (use := _use(name))}
    if not set(uses.values()) & set(JUDGED_USES):
        named = (column for name in _IMAGE_NAMES for column in columns if names[column] == name)
        uses |= dict.fromkeys(list(named)[:1], "candidate")
    taken: set[str] = set()
    pairs = []
    for column in columns:
        use = uses.get(column, "")
        if use and not (use in SINGLE_USES and use in taken):
            pairs.append((column, use))
            taken.add(use)
    notes = tuple(_address_note(column) for column in columns if _ADDRESS.search(names[column]))
    return Guess(ColumnMapping(tuple(pairs)), notes)


_IMAGE_NAMES = (
    "file_name",
    "filename",
    "file_names",
    "image",
    "images",
    "image_path",
    "img",
    "image_file",
    "path",
    "file",
)
_ADDRESS = re.compile(r"(^|_)(url|uri|href|link)s?(_|$)")
_IMAGE_ENDING = re.compile(r"_(file_names?|filename|files?|paths?|images?|img)$")
_SEVERAL = re.compile(r"(candidate|image|edit|reference|source)s?(_?\d+|_[a-z])?$")
_NAMES = {
    "key": ("key", "id", "task_id", "uid", "item_id"),
    "prompt": ("prompt", "caption", "text", "instruction", "description"),
    "tags": ("tags", "tag", "labels"),
    "priority": ("priority",),
    "kind": ("kind",),
    "source": ("original", "input", "before"),
    "edit": ("edited", "after"),
    "reference": ("ground_truth",),
    HIDDEN: ("model", "model_name", "model_id", "generator", "checkpoint", "seed", "hidden"),
}
_BY_NAME = {name: use for use, names in _NAMES.items() for name in names}


def _plain(column: str) -> str:
    return re.sub(r"[\s.-]+", "_", column.strip().lower())


def _use(name: str) -> str:
    """Return what a column of this name is for; of several for images, those that are numbered."""
    if _ADDRESS.search(name) or name in _IMAGE_NAMES:
        return ""
    base = _IMAGE_ENDING.sub("", name)
    if found := _SEVERAL.match(base):
        return "candidate" if found[1] == "image" else found[1]
    return _BY_NAME.get(base, "")


def _address_note(column: str) -> str:
    return (
        f"“{column}” seems to hold addresses. A manifest never has anything fetched: "
        "put the images beside it and name their files."
    )
