"""AVIF: boxes within boxes; the item properties say the size and how the picture is turned."""

import struct
from collections.abc import Iterator

from evalhub.imaging.facts import Facts, Format

BRANDS = (b"avif", b"avis")

_ALPHA_KINDS = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
)
_MONOCHROME = 0x10
# EXIF orientation for irot's quarter turns (anticlockwise), then with imir's axis 0 and 1.
_TURNED = (1, 8, 3, 6)
_MIRRORED = ((4, 5, 2, 7), (2, 7, 4, 5))


def is_avif(data: bytes) -> bool:
    """Say whether the file type box names an AVIF brand, as its own or as a compatible one."""
    if data[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(data[:4]), 512)
    brands = [data[8:12], *(data[i : i + 4] for i in range(16, size, 4))]
    return any(brand in BRANDS for brand in brands)


def read_facts(data: bytes) -> Facts:
    """Return the facts of the largest item; struct.error where there is none.

    A picture made of tiles has an item for the whole, so the largest is the one that is shown.
    """
    meta = _find(data, b"meta")
    properties = _find(_find(meta[4:], b"iprp"), b"ipco")
    sizes: list[tuple[int, int]] = []
    turns, axis, depth, alpha, coloured = 0, None, 8, False, False
    for name, body in _boxes(properties):
        if name == b"ispe":
            _, width, height = struct.unpack_from(">III", body)
            sizes.append((width, height))
        elif name == b"irot":
            turns = body[0] & 3
        elif name == b"imir":
            axis = body[0] & 1
        elif name == b"pixi" and len(body) > 5:
            depth = max(depth, body[5])
        elif name == b"auxC":
            alpha = alpha or body[4:].startswith(_ALPHA_KINDS)
        elif name == b"av1C":
            coloured = coloured or not body[2] & _MONOCHROME
    if not sizes:
        raise struct.error("no size")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    orientation = _TURNED[turns] if axis is None else _MIRRORED[axis][turns]
    mode = ("RGB" if coloured else "L") + ("A" if alpha else "")
    return Facts(Format.AVIF, width, height, mode, depth, orientation)


def _find(data: bytes, wanted: bytes) -> bytes:
    for name, body in _boxes(data):
        if name == wanted:
            return body
    raise struct.error(f"no {wanted!r} box")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        start = position + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if size == 0 else position + size
        if end < start or end > len(data):
            raise struct.error("box cut short")
        yield name, data[start:end]
        position = end
