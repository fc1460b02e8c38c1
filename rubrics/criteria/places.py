"""Places on an image, typed as numbers in percent: from the left edge, then from the top."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

MOST_POINTS = 200
DECIMALS = 5
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,12})?")
_BETWEEN = re.compile(r"[\s,;%]+")
_TOO_LONG = 20 * MOST_POINTS


class BadPlaceError(ValueError):
    """What was typed is no place; the message says what to type."""


def read_place(text: str, shapes: Collection[str]) -> tuple[str, list[list[float]]]:
    """Return the shape that `text` describes, and its points as shares of width and height.

    “34 52” is a point, “10 20 40 60” a box by two corners, three pairs or more a polygon.
    Points are rounded to five decimals, a box runs from its top left to its bottom right.
    """
    numbers = _numbers(text)
    if not numbers:
        raise BadPlaceError("say where it is.")
    if len(numbers) % 2 or len(numbers) > 2 * MOST_POINTS:
        raise BadPlaceError(
            "give two numbers for a point, four for a box, six or more, in pairs, for an "
            f"outline of at most {MOST_POINTS} points."
        )
    if not all(0 <= number <= 100 for number in numbers):
        raise BadPlaceError("give percentages from 0 to 100.")
    shares = [round(number / 100, DECIMALS) for number in numbers]
    points = [list(pair) for pair in zip(shares[::2], shares[1::2], strict=True)]
    shape = {1: "point", 2: "box"}.get(len(points), "polygon")
    if shape not in shapes:
        raise BadPlaceError(f"mark {' or '.join(_NOUNS[one] for one in _NOUNS if one in shapes)}.")
    return shape, _tidy(shape, points)


def spell_place(points: Sequence[Sequence[float]]) -> str:
    """Return points, as shares, the way `read_place` takes them."""
    return " ".join(
        f"{round(share * 100, DECIMALS - 2):f}".rstrip("0").rstrip(".")
        for point in points
        for share in point
    )


_NOUNS = {"point": "a point", "box": "a box", "polygon": "an outline"}


def _numbers(text: str) -> list[float]:
    if len(text) > _TOO_LONG:
        raise BadPlaceError(f"an outline has at most {MOST_POINTS} points.")
    words = [word for word in _BETWEEN.split(text) if word]
    if not all(_NUMBER.fullmatch(word) for word in words):
        raise BadPlaceError("give its place in numbers, such as “34 52”.")
    return [float(word) for word in words]


def _tidy(shape: str, points: list[list[float]]) -> list[list[float]]:
    if shape == "box":
        (x0, y0), (x1, y1) = points
        points = [[min(x0, x1), min(y0, y1)], [max(x0, x1), max(y0, y1)]]
        if x0 == x1 or y0 == y1:
            raise BadPlaceError("a box needs two opposite corners.")
    if shape == "polygon" and len({tuple(point) for point in points}) < 3:
        raise BadPlaceError("an outline needs three different points.")
    return points
