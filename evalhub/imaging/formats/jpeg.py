"""JPEG: a row of marked segments, then scans of compressed pixels."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from evalhub.imaging.errors import CannotStripError
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import exif

SOI = b"\xff\xd8"
EOI = b"\xff\xd9"

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DHT, _DAC, _DQT, _DRI, _SOS = 0xC4, 0xCC, 0xDB, 0xDD, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_PIXEL_DATA = _SOF | {_DHT, _DAC, _DQT, _DRI}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})

# In compressed data FF is followed by 00, and restarts (D0-D7) belong to it.
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")

_ICC_HEADER = b"ICC_PROFILE\0"
_ICC_PART = 65_533 - len(_ICC_HEADER) - 2
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker with its payload; start and end bound all of it, a scan's pixels included."""

    marker: int
    start: int
    end: int
    payload: bytes


def read_segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the end of the first picture, stepping over stray bytes.

    Raise struct.error where the file ends within a segment or before the end marker.
    """
    position = len(SOI)
    while True:
        found = _MARKER.search(data, position)
        if found is None:
            raise struct.error("no end marker")
        marker, start, body = found[1][0], found.start(), found.end()
        if marker == EOI[1]:
            yield Segment(marker, start, body, b"")
            return
        if marker in _STANDALONE:
            yield Segment(marker, start, body, b"")
            position = body
            continue
        (length,) = struct.unpack_from(">H", data, body)
        payload = data[body + 2 : body + length]
        if length < 2 or len(payload) != length - 2:
            raise struct.error("segment cut short")
        position = body + length
        if marker == _SOS:
            after = _AFTER_SCAN.search(data, position)
            if after is None:
                raise struct.error("scan cut short")
            position = after.start()
        yield Segment(marker, start, position, payload)


def read_facts(data: bytes) -> Facts:
    """Return the facts of the first picture; struct.error where its frame header is missing."""
    orientation = exif.UPRIGHT
    seen_exif = False
    for segment in read_segments(data):
        if segment.marker == _APP1 and segment.payload.startswith(exif.HEADER) and not seen_exif:
            seen_exif = True
            orientation = exif.read_orientation(segment.payload)
        elif segment.marker in _SOF:
            depth, height, width, channels = struct.unpack_from(">BHHB", segment.payload)
            mode = _MODES.get(channels)
            if mode is None:
                raise struct.error("unknown number of channels")
            return Facts(Format.JPEG, width, height, mode, depth, orientation)
        elif segment.marker == _SOS:
            break
    raise struct.error("no frame header")


def strip(data: bytes, orientation: int, profile: bytes | None) -> bytes:
    """Return the first picture's pixel data byte for byte, its orientation and the given profile.

    Everything else is dropped, as is whatever follows the end marker. Raise CannotStripError where
    the layout is not plain enough to be sure of what is pixel data.
    """
    head: dict[int, bytes] = {}
    body: list[bytes] = []
    expected = len(SOI)
    try:
        for segment in read_segments(data):
            if segment.start != expected:
                raise CannotStripError("stray bytes between segments")
            expected = segment.end
            if segment.marker in _PIXEL_DATA or segment.marker == _SOS:
                body.append(data[segment.start : segment.end])
            elif _APP0 <= segment.marker <= _APP15 or segment.marker == _COM:
                _keep_application_data(segment, head)
            elif segment.marker != EOI[1]:
                raise CannotStripError(f"marker {segment.marker:02x}")
    except struct.error as error:
        raise CannotStripError(str(error)) from error
    if orientation != exif.UPRIGHT:
        head[_APP1] = _segment(_APP1, exif.orientation_only(orientation))
    if profile:
        head[_APP2] = _profile_segments(profile)
    return b"".join([SOI, *(head[marker] for marker in sorted(head)), *body, EOI])


def _keep_application_data(segment: Segment, head: dict[int, bytes]) -> None:
    """Keep the fixed fields that say how colours are stored, without a thumbnail or a tail."""
    payload = segment.payload
    if segment.marker == _APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 14:
        head.setdefault(_APP0, _segment(_APP0, payload[:12] + b"\0\0"))
    elif segment.marker == _APP14 and payload.startswith(b"Adobe") and len(payload) >= 12:
        head.setdefault(_APP14, _segment(_APP14, payload[:12]))


def _profile_segments(profile: bytes) -> bytes:
    parts = [profile[i : i + _ICC_PART] for i in range(0, len(profile), _ICC_PART)]
    if len(parts) > 255:
        raise CannotStripError("profile too large")
    return b"".join(
        _segment(_APP2, _ICC_HEADER + bytes([number, len(parts)]) + part)
        for number, part in enumerate(parts, start=1)
    )


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
