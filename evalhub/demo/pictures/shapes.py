"""Shapes, and the smooth or soft masks they leave."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from evalhub.demo.pictures.geometry import Box, Point

WIDTH, HEIGHT = 1200, 900
WHOLE: Box = (0, 0, WIDTH, HEIGHT)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Polygon:
    points: Sequence[Point]

    def bounds(self) -> Bounds:
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return min(xs), min(ys), max(xs), max(ys)

    def draw(self, pen: ImageDraw.ImageDraw, scale: float, left: float, top: float) -> None:
        pen.polygon([((x - left) * scale, (y - top) * scale) for x, y in self.points], fill=255)


@dataclass(frozen=True)
class Ellipse:
    x: float
    y: float
    rx: float
    ry: float

    def bounds(self) -> Bounds:
        return self.x - self.rx, self.y - self.ry, self.x + self.rx, self.y + self.ry

    def draw(self, pen: ImageDraw.ImageDraw, scale: float, left: float, top: float) -> None:
        x0, y0, x1, y1 = self.bounds()
        box = ((x0 - left) * scale, (y0 - top) * scale, (x1 - left) * scale, (y1 - top) * scale)
        pen.ellipse(box, fill=255)


@dataclass(frozen=True)
class Block:
    """A rectangle, with rounded corners if `radius` is not 0."""

    x0: float
    y0: float
    x1: float
    y1: float
    radius: float = 0.0

    def bounds(self) -> Bounds:
        return self.x0, self.y0, self.x1, self.y1

    def draw(self, pen: ImageDraw.ImageDraw, scale: float, left: float, top: float) -> None:
        box = (
            (self.x0 - left) * scale,
            (self.y0 - top) * scale,
            max((self.x1 - left) * scale - 1, (self.x0 - left) * scale),
            max((self.y1 - top) * scale - 1, (self.y0 - top) * scale),
        )
        pen.rounded_rectangle(box, self.radius * scale, fill=255)


@dataclass(frozen=True)
class Stroke:
    points: Sequence[Point]
    width: float

    def bounds(self) -> Bounds:
        x0, y0, x1, y1 = Polygon(self.points).bounds()
        half = self.width / 2 + 1
        return x0 - half, y0 - half, x1 + half, y1 + half

    def draw(self, pen: ImageDraw.ImageDraw, scale: float, left: float, top: float) -> None:
        path = [((x - left) * scale, (y - top) * scale) for x, y in self.points]
        pen.line(path, fill=255, width=max(1, round(self.width * scale)), joint="curve")
        half = self.width * scale / 2
        for x, y in (path[0], path[-1]) if half > 1 else ():
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)


Shape = Polygon | Ellipse | Block | Stroke


def union(shapes: Sequence[Shape]) -> Bounds:
    """Return the bounds of all the shapes together."""
    bounds = [shape.bounds() for shape in shapes]
    return (
        min(b[0] for b in bounds),
        min(b[1] for b in bounds),
        max(b[2] for b in bounds),
        max(b[3] for b in bounds),
    )


def pixels(bounds: Bounds, grow: float) -> Box:
    """Return the pixels of the canvas that the bounds, grown on every side, touch."""
    box = (
        math.floor(bounds[0] - grow),
        math.floor(bounds[1] - grow),
        math.ceil(bounds[2] + grow) + 1,
        math.ceil(bounds[3] + grow) + 1,
    )
    return overlap(box, WHOLE)


def overlap(first: Box, second: Box) -> Box:
    """Return what two boxes share; empty if the right edge is not right of the left one."""
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )


def joined(first: Box, second: Box) -> Box:
    """Return the smallest box round two."""
    return (
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[2], second[2]),
        max(first[3], second[3]),
    )


def crisp(shapes: Sequence[Shape], box: Box, holes: Sequence[Shape] = ()) -> Image.Image:
    """Return the smooth-edged mask of the shapes inside a box, less the holes."""
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = 4 if wide * high < 40_000 else 2
    mask = Image.new("L", (wide * scale, high * scale))
    pen = ImageDraw.Draw(mask)
    for shape in shapes:
        shape.draw(pen, scale, box[0], box[1])
    if holes:
        cut = Image.new("L", mask.size)
        pen = ImageDraw.Draw(cut)
        for hole in holes:
            hole.draw(pen, scale, box[0], box[1])
        mask = ImageChops.subtract(mask, cut)
    return mask.reduce(scale)


def soft(shapes: Sequence[Shape], box: Box, blur: float) -> Image.Image:
    """Draw and blur small, then enlarge: a wide blur costs no more than a narrow one."""
    shrink = max(1.0, blur / 3)
    wide, high = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (math.ceil(wide / shrink), math.ceil(high / shrink)))
    pen = ImageDraw.Draw(mask)
    for shape in shapes:
        shape.draw(pen, 1 / shrink, box[0], box[1])
    mask = mask.filter(ImageFilter.GaussianBlur(blur / shrink))
    if shrink == 1.0:
        return mask
    # The last small pixel may reach past the box; the part inside it is what is enlarged.
    return mask.resize(
        (wide, high), Image.Resampling.BICUBIC, box=(0, 0, wide / shrink, high / shrink)
    )
