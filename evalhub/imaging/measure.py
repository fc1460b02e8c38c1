"""Measure a decoded picture; numpy, so in the child process only.

All is measured on the upright sRGB picture shrunk to screen size, so that pictures of different
sizes compare and each costs the same. Luma is Pillow's mode L, 0.299 R + 0.587 G + 0.114 B
(ITU-R BT.601), 0 to 255. Where there is alpha, only opaque pixels count. A figure that a picture is
too small or too transparent for is None. docs/images.md defines each for its readers.
"""

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

Measured: TypeAlias = dict[str, float | None]
Pixels: TypeAlias = NDArray[np.uint8]
Signed: TypeAlias = NDArray[np.int16]
Mask: TypeAlias = NDArray[np.bool_]
Value = TypeVar("Value", np.uint8, np.bool_)

# One step off pure white or black is the rounding of JPEG or of the shrinking.
WHITE, BLACK = 254, 1
BORDER, BACKGROUND = 0.02, 0.10
# Steps of 0 to 255 that a channel of an even area may be off its median: JPEG's ripple.
EVEN = 8

# ITU-T T.81 (1992), table K.1, which the IJG's library scales by its quality.
_LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


def measure(image: Image.Image) -> Measured:
    """Return the figures of an RGB or RGBA picture of screen size, none of them NaN or infinite."""
    colours = [np.asarray(image.getchannel(name)) for name in "RGB"]
    opaque = np.asarray(image.getchannel("A")) == 255 if image.mode == "RGBA" else None
    luma = np.asarray(image.convert("L")).astype(np.int16)
    shorter = min(image.size)
    border = max(1, round(BORDER * shorter))
    background = max(1, round(BACKGROUND * shorter) - border)
    return {
        "sharpness": sharpness(luma, opaque),
        "highlights": clipped(colours, opaque, white=True),
        "shadows": clipped(colours, opaque, white=False),
        "noise": noise(luma, opaque),
        "border": evenness(colours, opaque, 0, border),
        "background": evenness(colours, opaque, border, background),
    }


def sharpness(luma: Signed, opaque: Mask | None = None) -> float | None:
    """Return the variance of the 4-neighbour Laplacian of luma, 0 to about a million.

    Unit: squared steps of 0 to 255. Only pixels with all eight neighbours count. Source:
    Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000.
    """
    if min(luma.shape) < 3:
        return None
    edges = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    edges -= 4 * luma[1:-1, 1:-1]
    counted = _within(edges, opaque)
    if not counted.size:
        return None
    squares = int(np.square(counted, dtype=np.int32).sum(dtype=np.int64))
    mean = int(counted.sum(dtype=np.int64)) / counted.size
    return round(squares / counted.size - mean**2, 2)


def noise(luma: Signed, opaque: Mask | None = None) -> float | None:
    """Return the standard deviation of noise in luma, in steps of 0 to 255; 0 to about 426.

    Fine texture counts as noise. Source: Immerkaer, Fast noise variance estimation, Computer Vision
    and Image Understanding 64(2), 1996: sqrt(pi/2) / 6 times the mean of |luma * N|, where N is the
    difference of two Laplacians.
    """
    if min(luma.shape) < 3:
        return None
    # N is separable: the second difference along both axes.
    down = luma[:-2] - 2 * luma[1:-1] + luma[2:]
    both = down[:, :-2] - 2 * down[:, 1:-1] + down[:, 2:]
    counted = _within(both, opaque)
    if not counted.size:
        return None
    mean = int(np.abs(counted).sum(dtype=np.int64)) / counted.size
    return round(math.sqrt(math.pi / 2) / 6 * mean, 2)


def clipped(colours: Sequence[Pixels], opaque: Mask | None = None, *, white: bool) -> float | None:
    """Return the share, 0 to 1, of pixels without any detail left: white, or black.

    White: each channel is 254 or 255. Black: each channel is 0 or 1. Our own definition, by all
    channels, so that a pure colour is neither.
    """
    found = reduce(np.minimum, colours) >= WHITE if white else reduce(np.maximum, colours) <= BLACK
    counted = found if opaque is None else found[opaque]
    return round(float(counted.mean()), 4) if counted.size else None


def evenness(
    colours: Sequence[Pixels], opaque: Mask | None, start: int, width: int
) -> float | None:
    """Return the share, 0 to 1, of a ring's pixels in which each channel is near its median.

    Near is at most 8 steps of 0 to 255 away. The ring is `width` pixels wide and begins `start`
    pixels inside the edge. Our own definition.
    """
    counted = None if opaque is None else _ring(opaque, start, width)
    near = []
    for channel in colours:
        values = _ring(channel, start, width)
        values = values if counted is None else values[counted]
        if not values.size:
            return None
        middle = int(np.searchsorted(np.bincount(values).cumsum(), values.size / 2))
        near.append((values >= max(0, middle - EVEN)) & (values <= min(255, middle + EVEN)))
    return round(float(reduce(np.logical_and, near).mean()), 4)


def jpeg_quality(opened: Image.Image) -> int | None:
    """Return the quality, 1 to 100, whose IJG table is nearest to a JPEG's for luminance.

    Nearest by the sum of absolute differences. None for other formats. Source: jpeg_quality_scaling
    in the IJG's jcparam.c.
    """
    if not isinstance(opened, JpegImagePlugin.JpegImageFile) or not opened.layer:
        return None
    tables: Mapping[int, Sequence[int]] = opened.quantization
    table = tables.get(opened.layer[0][3])
    if table is None:
        return None
    return 1 + int(np.abs(_BY_QUALITY - np.array(table)).sum(axis=1).argmin())


def _scaled(quality: int) -> NDArray[np.int64]:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    table: NDArray[np.int64] = np.clip((np.ravel(_LUMINANCE) * scale + 50) // 100, 1, 255)
    return table


_BY_QUALITY = np.stack([_scaled(quality) for quality in range(1, 101)])


def _within(values: Signed, opaque: Mask | None) -> Signed:
    """Return those values of inner pixels around which all nine are opaque."""
    if opaque is None:
        return values
    down = opaque[:-2] & opaque[1:-1] & opaque[2:]
    return values[down[:, :-2] & down[:, 1:-1] & down[:, 2:]]


def _ring(pixels: NDArray[Value], start: int, width: int) -> NDArray[Value]:
    """Return the pixels of a ring in a row; all that is inside where the ring would fill it."""
    height, length = pixels.shape
    inside = pixels[start : height - start, start : length - start]
    if min(inside.shape) <= 2 * width:
        return inside.ravel()
    middle = inside[width:-width]
    parts = (inside[:width], inside[-width:], middle[:, :width], middle[:, -width:])
    return np.concatenate([part.ravel() for part in parts])
