"""Outlines that look drawn by hand: smooth curves, ridges and clumps."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

Point = tuple[float, float]
Box = tuple[int, int, int, int]


def between(start: float, end: float, share: float) -> float:
    """Return the value `share` of the way from `start` to `end`."""
    return start + (end - start) * share


def spline(points: Sequence[Point], *, closed: bool = False, steps: int = 8) -> list[Point]:
    """Return a Catmull-Rom curve through every point."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        before, start, end, after = (at(index + offset) for offset in (-1, 0, 1, 2))
        curve += [_catmull_rom(before, start, end, after, step / steps) for step in range(steps)]
    if not closed:
        curve.append(points[-1])
    return curve


def _catmull_rom(before: Point, start: Point, end: Point, after: Point, t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t * t
            + (3 * b - a - 3 * c + d) * t * t * t
        )

    return (
        axis(before[0], start[0], end[0], after[0]),
        axis(before[1], start[1], end[1], after[1]),
    )


def ridge(
    rng: Random, left: float, right: float, base: float, tall: float, peaks: int
) -> list[Point]:
    """Return a mountain ridge of so many peaks standing up to `tall` above `base`."""
    step = (right - left) / peaks
    knots: list[Point] = [(left, base - tall * rng.uniform(0.1, 0.4))]
    for index in range(peaks):
        x = left + step * (index + 0.5 + rng.uniform(-0.22, 0.22))
        knots.append((x, base - tall * rng.uniform(0.62, 1.0)))
        x = left + step * (index + 1 + rng.uniform(-0.1, 0.1))
        knots.append((x, base - tall * rng.uniform(0.12, 0.4)))
    knots[-1] = (right, knots[-1][1])
    rough = tall * 0.1
    for _ in range(4):
        finer: list[Point] = []
        for (x0, y0), (x1, y1) in pairwise(knots):
            middle = ((x0 + x1) / 2, (y0 + y1) / 2 + rng.uniform(-rough, rough))
            finer += [(x0, y0), middle]
        knots = [*finer, knots[-1]]
        rough *= 0.5
    return knots


def rolling(rng: Random, left: Point, right: Point, swell: float, waves: float) -> list[Point]:
    """Return a rounded hill line: a few slow waves laid over each other."""
    phases = [rng.uniform(0, math.tau) for _ in range(3)]
    line = []
    for index in range(81):
        t = index / 80
        lift = sum(
            math.sin(t * math.tau * waves * factor + phase) / (factor * 1.6)
            for factor, phase in zip((0.5, 1.0, 2.3), phases, strict=True)
        )
        line.append((between(left[0], right[0], t), between(left[1], right[1], t) - swell * lift))
    return line


def height_at(line: Sequence[Point], x: float) -> float:
    """Return the height of a line, ordered from left to right, at `x`."""
    for (x0, y0), (x1, y1) in pairwise(line):
        if x0 <= x <= x1:
            return between(y0, y1, (x - x0) / (x1 - x0 or 1.0))
    return line[0][1] if x < line[0][0] else line[-1][1]


def clump(rng: Random, x: float, y: float, rx: float, ry: float, rough: float) -> list[Point]:
    """Return a closed lumpy outline, as of foliage, a cloud or a stone."""
    knots = 14
    turn = rng.uniform(0, math.tau)
    points = []
    for index in range(knots):
        angle = turn + index / knots * math.tau
        reach = 1 + rng.uniform(-rough, rough)
        points.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return spline(points, closed=True, steps=5)


def turned(points: Sequence[Point], angle: float, about: Point) -> list[Point]:
    """Return the points turned clockwise by `angle` radians about a point."""
    sin, cos = math.sin(angle), math.cos(angle)
    return [
        (
            about[0] + (x - about[0]) * cos - (y - about[1]) * sin,
            about[1] + (x - about[0]) * sin + (y - about[1]) * cos,
        )
        for x, y in points
    ]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Return points on an ellipse from one angle to another, in degrees, clockwise from east."""
    return [
        (
            x + math.cos(math.radians(between(start, end, step / 32))) * rx,
            y + math.sin(math.radians(between(start, end, step / 32))) * ry,
        )
        for step in range(33)
    ]
