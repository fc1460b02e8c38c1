"""Put what was measured of pictures into words, for those who look after a project.

An evaluator sees none of it: a figure beside a scale of sharpness would answer for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tasks.models import Image
from tasks.pictures import Picture

MISSING = "–"


@dataclass(frozen=True)
class MeasuredFact:
    """One fact: a name and a value for each picture; `hint` says what it is, in which unit."""

    name: str
    hint: str
    values: tuple[tuple[str, str], ...]


def _share(value: float) -> str:
    return f"{value:.1%}".replace("%", "\N{NO-BREAK SPACE}%")


def _rounded(value: float) -> str:
    return f"{value:.0f}"


def _precise(value: float) -> str:
    return f"{value:.1f}"


# docs/images.md defines each.
WORDS: tuple[tuple[str, str, str, Callable[[float], str]], ...] = (
    ("sharpness", "Sharpness", "Variance of the Laplacian; more is sharper", _rounded),
    ("noise", "Noise", "Standard deviation, in steps of 0 to 255", _precise),
    ("highlights", "Clipped highlights", "Share of pixels that are pure white", _share),
    ("shadows", "Clipped shadows", "Share of pixels that are pure black", _share),
    ("border", "Even border", "Share of the outer 2 % in one colour", _share),
    ("background", "Even background", "Share of the next 8 % in one colour", _share),
    ("jpeg_quality", "JPEG quality", "Estimate from 1 to 100, for JPEG only", _rounded),
)


def measured_facts(pictures: Sequence[Picture]) -> list[MeasuredFact]:
    """Return the facts of `pictures`, a value for each in their order; a dash where there is none.

    In no query where the pictures are there.
    """
    facts: list[tuple[str, str, Callable[[Image], str]]] = [
        ("Aspect ratio", "Width divided by height", _aspect),
        ("Megapixels", "Of the whole image, in millions of pixels", _megapixels),
        *((name, hint, partial(_say, key, words)) for key, name, hint, words in WORDS),
    ]
    return [
        MeasuredFact(name, hint, tuple((picture.name, say(picture.image)) for picture in pictures))
        for name, hint, say in facts
    ]


def _aspect(image: Image) -> str:
    return f"{image.width / image.height:.2f}"


def _megapixels(image: Image) -> str:
    return _precise(image.width * image.height / 1_000_000)


def _say(key: str, words: Callable[[float], str], image: Image) -> str:
    value = image.measured.get(key)
    return MISSING if value is None else words(value)
