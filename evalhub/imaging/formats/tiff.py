"""TIFF: the first directory's tags."""

import struct

from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import exif

_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _EXTRA = 256, 257, 258, 262, 338
_WANTED = {_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _EXTRA, exif.ORIENTATION_TAG}
_INTEGERS = {1: "B", 3: "H", 4: "I"}
_MODES = {0: "L", 1: "L", 2: "RGB", 3: "P", 5: "CMYK", 6: "YCbCr", 8: "LAB"}
_ALPHA = {1, 2}
_DEPTHS = {1, 2, 4, 8, 16}
_MOST_TAGS = 1000


def read_facts(data: bytes) -> Facts:
    """Return the facts of the first page; struct.error where its directory is damaged."""
    order = "<" if data[:2] == b"II" else ">"
    magic, start = struct.unpack_from(f"{order}HI", data, 2)
    if magic == 43:
        raise Refused("This is a BigTIFF file. Save it as an ordinary TIFF, or as PNG.")
    tags = _read_tags(data, order, start)
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise struct.error("no size")
    mode = _MODES.get(tags.get(_PHOTOMETRIC, 1), "RGB")
    depth = tags.get(_BITS, 1)
    if depth not in _DEPTHS:
        raise Refused(f"This TIFF has {depth} bits per colour. Save it with 8 or 16 bits.")
    if mode in {"L", "RGB"} and tags.get(_EXTRA) in _ALPHA:
        mode += "A"
    elif mode == "L" and depth in {1, 16}:
        mode = "1" if depth == 1 else "I;16"
    orientation = tags.get(exif.ORIENTATION_TAG, exif.UPRIGHT)
    if not 1 <= orientation <= 8:
        orientation = exif.UPRIGHT
    return Facts(Format.TIFF, tags[_WIDTH], tags[_HEIGHT], mode, depth, orientation)


def _read_tags(data: bytes, order: str, start: int) -> dict[int, int]:
    """Return the first value of each wanted tag; a later one of the same tag wins, as in Pillow."""
    (count,) = struct.unpack_from(f"{order}H", data, start)
    if count > _MOST_TAGS:
        raise struct.error("too many tags")
    tags: dict[int, int] = {}
    for index in range(count):
        entry = start + 2 + 12 * index
        tag, kind, length = struct.unpack_from(f"{order}HHI", data, entry)
        if tag not in _WANTED or kind not in _INTEGERS or not length:
            continue
        letter = _INTEGERS[kind]
        place = entry + 8
        if length * struct.calcsize(letter) > 4:
            (place,) = struct.unpack_from(f"{order}I", data, place)
        (tags[tag],) = struct.unpack_from(f"{order}{letter}", data, place)
    return tags
