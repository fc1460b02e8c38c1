"""Paints: flat colours and gradients, laid relative to the shape they fill."""

import math
from collections.abc import Callable, Sequence

from PIL import Image

from evalhub.demo.pictures.colour import Rgb, mix
from evalhub.demo.pictures.geometry import Box, Point
from evalhub.demo.pictures.shapes import Bounds

Paint = Rgb | Callable[[Bounds, Box], Image.Image]


def down(*stops: Rgb) -> Paint:
    """Return a paint that runs through the stops from the top of a shape to its foot."""

    def render(bounds: Bounds, box: Box) -> Image.Image:
        column = _ramp(stops, bounds[1], bounds[3], box[1], box[3])
        return Image.frombytes("RGB", (1, box[3] - box[1]), column).resize(
            (box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST
        )

    return render


def across(*stops: Rgb) -> Paint:
    """Return a paint that runs through the stops from the left of a shape to its right."""

    def render(bounds: Bounds, box: Box) -> Image.Image:
        row = _ramp(stops, bounds[0], bounds[2], box[0], box[2])
        return Image.frombytes("RGB", (box[2] - box[0], 1), row).resize(
            (box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST
        )

    return render


def _ramp(stops: Sequence[Rgb], start: float, end: float, first: int, last: int) -> bytes:
    pixels = bytearray()
    top = len(stops) - 1
    for place in range(first, last):
        along = min(max((place + 0.5 - start) / ((end - start) or 1.0), 0.0), 1.0) * top
        index = min(int(along), top - 1)
        pixels += bytes(mix(stops[index], stops[index + 1], along - index))
    return bytes(pixels)


def _make_disc() -> Image.Image:
    levels = bytearray()
    for row in range(256):
        for column in range(256):
            out = math.hypot(column - 127.5, row - 127.5) / 128
            levels.append(max(0, round(255 * (1 - out))))
    return Image.frombytes("L", (256, 256), bytes(levels))


# Brightest in the middle, falling evenly to 0 at a radius of 128 pixels. (Pillow's own radial
# gradient reaches its end at the corners, so that whatever it lights shows the edge of its box.)
DISC = _make_disc()


def ball(*stops: Rgb, at: Point = (0.5, 0.5), reach: float = 0.75) -> Paint:
    """Return a paint that runs outwards from a point of the shape (0 to 1 each way).

    `reach` is the radius at which the last stop is met, in parts of the shape's size.
    """
    table = [_stop(stops, 1 - level / 255) for level in range(256)]
    curves = [[colour[channel] for colour in table] for channel in range(3)]

    def render(bounds: Bounds, box: Box) -> Image.Image:
        wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
        sx, sy = 128 / (wide * reach), 128 / (high * reach)
        x, y = bounds[0] + wide * at[0] - box[0], bounds[1] + high * at[1] - box[1]
        disc = DISC.transform(
            (box[2] - box[0], box[3] - box[1]),
            Image.Transform.AFFINE,
            (sx, 0, 128 - x * sx, 0, sy, 128 - y * sy),
            Image.Resampling.BILINEAR,
        )
        return Image.merge("RGB", [disc.point(curve) for curve in curves])

    return render


def _stop(stops: Sequence[Rgb], share: float) -> Rgb:
    along = share * (len(stops) - 1)
    index = min(int(along), len(stops) - 2)
    return mix(stops[index], stops[index + 1], along - index)


def opacity_ramp(fade: tuple[float, float], bounds: Bounds, box: Box) -> Image.Image:
    """Return a mask that runs from one opacity at the top of a shape to another at its foot."""
    high = (bounds[3] - bounds[1]) or 1.0
    levels = bytearray()
    for row in range(box[1], box[3]):
        share = min(max((row + 0.5 - bounds[1]) / high, 0.0), 1.0)
        levels.append(round(255 * min(max(fade[0] + (fade[1] - fade[0]) * share, 0.0), 1.0)))
    size = (box[2] - box[0], box[3] - box[1])
    return Image.frombytes("L", (1, size[1]), bytes(levels)).resize(size, Image.Resampling.NEAREST)
