"""WebP: RIFF chunks around a VP8 or VP8L bitstream."""

import struct
from collections.abc import Iterator

from evalhub.imaging.errors import CannotStripError
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import exif

_ALPHA_FLAG, _PROFILE_FLAG = 0x10, 0x20
_BITSTREAMS = (b"VP8 ", b"VP8L")


def read_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the names and payloads within the RIFF size; struct.error where one is cut short."""
    (size,) = struct.unpack_from("<I", data, 4)
    end = min(8 + size, len(data))
    position = 12
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        payload = data[position + 8 : position + 8 + length]
        if len(payload) != length:
            raise struct.error("chunk cut short")
        yield name, payload
        position += 8 + length + (length & 1)


def read_facts(data: bytes) -> Facts:
    """Return the facts of the canvas; struct.error where the header is damaged."""
    name = data[12:16]
    payload = data[20:50]
    if name == b"VP8X":
        size, alpha = _canvas_size(payload), bool(payload[0] & _ALPHA_FLAG)
    elif name == b"VP8L":
        size, alpha = _lossless_header(payload)
    elif name == b"VP8 " and payload[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", payload, 6)
        size, alpha = (width & 0x3FFF, height & 0x3FFF), False
    else:
        raise struct.error("no picture header")
    mode = "RGBA" if alpha else "RGB"
    return Facts(Format.WEBP, *size, mode, orientation=_read_orientation(data))


def strip(data: bytes, profile: bytes | None) -> bytes:
    """Return a still picture with its bitstream byte for byte and the given profile.

    Raise CannotStripError for an animation and for a layout that is not plain.
    """
    try:
        facts = read_facts(data)
        chunks = list(read_chunks(data))
    except struct.error as error:
        raise CannotStripError(str(error)) from error
    if any(name in {b"ANIM", b"ANMF"} for name, _ in chunks):
        raise CannotStripError("an animation")
    pixels = [chunk for chunk in chunks if chunk[0] in _BITSTREAMS]
    alpha = [chunk for chunk in chunks if chunk[0] == b"ALPH"]
    if len(pixels) != 1 or len(alpha) > 1:
        raise CannotStripError("not one bitstream")
    parts = alpha + pixels
    if alpha or profile:
        flags = (_PROFILE_FLAG if profile else 0) | (_ALPHA_FLAG if facts.mode == "RGBA" else 0)
        if profile:
            parts.insert(0, (b"ICCP", profile))
        parts.insert(0, (b"VP8X", _canvas_header(flags, facts.width, facts.height)))
    body = b"WEBP" + b"".join(_chunk(name, payload) for name, payload in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _canvas_size(payload: bytes) -> tuple[int, int]:
    if len(payload) < 10:
        raise struct.error("canvas header cut short")
    width = 1 + int.from_bytes(payload[4:7], "little")
    height = 1 + int.from_bytes(payload[7:10], "little")
    return width, height


def _canvas_header(flags: int, width: int, height: int) -> bytes:
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + sizes


def _lossless_header(payload: bytes) -> tuple[tuple[int, int], bool]:
    signature, bits = struct.unpack_from("<BI", payload)
    if signature != 0x2F:
        raise struct.error("no lossless header")
    return ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1), bool(bits >> 28 & 1)


def _read_orientation(data: bytes) -> int:
    try:
        for name, payload in read_chunks(data):
            if name == b"EXIF":
                return exif.read_orientation(payload)
    except struct.error:
        pass  # the decoder says what is wrong with the rest
    return exif.UPRIGHT


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) & 1)
