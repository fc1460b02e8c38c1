"""Judge a picture by its header, in plain Python and before any decoder sees it."""

import struct
from collections.abc import Callable
from pathlib import Path

from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import avif, gif, jpeg, png, tiff, webp
from evalhub.imaging.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from evalhub.imaging.sniff import sniff

DAMAGED = "The picture is damaged or incomplete. Export it again from the original."

_READERS: dict[Format, Callable[[bytes], Facts]] = {
    Format.JPEG: jpeg.read_facts,
    Format.PNG: png.read_facts,
    Format.WEBP: webp.read_facts,
    Format.AVIF: avif.read_facts,
    Format.GIF: gif.read_facts,
    Format.TIFF: tiff.read_facts,
}


def inspect(path: Path, limits: Limits = DEFAULT_LIMITS) -> Facts:
    """Return a file's header facts; Refused where it is too large or no picture we read.

    Nothing is decoded: render() finds out whether the pixels are whole.
    """
    return inspect_bytes(read_limited(path, limits), limits)


def inspect_bytes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Facts:
    """Return the header facts of a file held in memory; Refused as for inspect()."""
    check_bytes(len(data), limits)
    kind = sniff(data)
    try:
        facts = _READERS[kind](data)
    except (struct.error, IndexError) as error:
        raise Refused(DAMAGED) from error
    check_size(facts.width, facts.height, limits)
    return facts


def read_limited(path: Path, limits: Limits) -> bytes:
    """Return a file's content; Refused, without reading on, where it is over the byte limit."""
    with path.open("rb") as file:
        data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        check_bytes(path.stat().st_size, limits)
    return data


def check_bytes(size: int, limits: Limits) -> None:
    """Raise Refused where a file has more bytes than are allowed."""
    if size > limits.max_bytes:
        raise Refused(
            f"The file is {size / MEBIBYTE:.0f} MB; the limit is "
            f"{limits.max_bytes // MEBIBYTE} MB. Save the picture smaller."
        )


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raise Refused where a picture has no pixels, or more than are allowed."""
    if width < 1 or height < 1:
        raise Refused("The picture has no pixels. Export it again from the original.")
    if max(width, height) > limits.max_side:
        raise Refused(
            f"The picture is {width:,} × {height:,} pixels; the limit is "
            f"{limits.max_side:,} on each side. Make it smaller."
        )
    if width * height > limits.max_pixels:
        raise Refused(
            f"The picture is {width:,} × {height:,} pixels "
            f"({width * height / 1e6:,.0f} megapixels); the limit is "
            f"{limits.max_pixels / 1e6:,.0f} megapixels. Make it smaller."
        )
