"""A picture with what is known to be wrong with it, and how known strengths are dealt out."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeVar

from PIL import Image

from evalhub.demo.pictures.geometry import Box

Format = Literal["JPEG", "PNG"]
T = TypeVar("T")
Role = Literal["candidate", "source", "edit"]


@dataclass(frozen=True)
class Drawn:
    """One task's pictures, its words, and the truth that was planted in it.

    `truth` holds a strength from 0 (perfect) to 1 (severe) for each defect of the set; `levels`
    the true level for each criterion. `notes` says for each criterion what a careful evaluator
    would write, and `defect` the most telling of these. `facts` holds what can be counted.
    """

    key: str
    images: list[tuple[Role, Image.Image]]
    prompt: str
    tags: list[str]
    truth: dict[str, float]
    levels: dict[str, int]
    defect: str
    notes: dict[str, str]
    format: Format
    facts: dict[str, int] = field(default_factory=dict)
    regions: list[Box] = field(default_factory=list)  # where an edit was meant to change things


def encode(image: Image.Image, format: Format) -> bytes:  # noqa: A002 (Pillow's own word)
    """Return the bytes of a file with the picture in it."""
    stored = io.BytesIO()
    if format == "JPEG":
        image.save(stored, "JPEG", quality=92, optimize=False)
    else:
        image.save(stored, "PNG", compress_level=3)
    return stored.getvalue()


def format_for(index: int) -> Format:
    """Return the file format of a set's picture: one in eight is a PNG."""
    return "PNG" if index % 8 == 5 else "JPEG"


def level_of(strength: float) -> int:
    """Return the level from 5 (best) to 1 that a defect of this strength deserves."""
    return 5 - round(min(max(strength, 0.0), 1.0) * 4)


def strength_for(level: int, rng: Random) -> float:
    """Return a strength that deserves this level; the best level has no defect at all."""
    if level == 5:
        return 0.0
    return round(min(1.0, (5 - level) / 4 + rng.uniform(-0.08, 0.08)), 3)


# How often each level occurs in twenty pictures.
MOSTLY_GOOD: Mapping[int, int] = {5: 7, 4: 4, 3: 4, 2: 3, 1: 2}
EVEN: Mapping[int, int] = {5: 4, 4: 4, 3: 4, 2: 4, 1: 4}


def deal(counts: Mapping[int, int], n: int, seed: str) -> list[int]:
    """Return n levels: whole packs of `counts`, each shuffled, so that none is long absent.

    Equal seeds begin with the same levels, however many are asked for.
    """
    rng = Random(seed)  # noqa: S311 (drawing, not secrets)
    dealt: list[int] = []
    while len(dealt) < n:
        pack = [level for level, times in counts.items() for _ in range(times)]
        rng.shuffle(pack)
        dealt += pack
    return dealt[:n]


def rotate(choices: Sequence[T], n: int, seed: str) -> list[T]:
    """Return n choices in shuffled rounds: each occurs once before any occurs again.

    Equal seeds begin with the same choices, however many are asked for.
    """
    rng = Random(seed)  # noqa: S311 (drawing, not secrets)
    dealt: list[T] = []
    while len(dealt) < n:
        dealt += rng.sample(choices, len(choices))
    return dealt[:n]
