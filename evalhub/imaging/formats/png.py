"""PNG: named chunks with checksums around one deflated stream."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalhub.imaging.errors import CannotStripError
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGB_ALPHA: 4}
_MODES = {_GREY: "L", _RGB: "RGB", _PALETTE: "P", _GREY_ALPHA: "LA", _RGB_ALPHA: "RGBA"}

# How colour is meant: chunks of a fixed size, so that nothing can hide in them.
_COLOUR_SIZES = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_TRANSPARENCY_SIZES = {_GREY: 2, _RGB: 6}
_BLOCK = 1 << 20

# Adam7: first column, first row, column step, row step of each pass.
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its name, its data, and all of it as it stands in the file."""

    name: bytes
    data: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of IHDR."""

    width: int
    height: int
    depth: int
    colour: int
    interlace: int

    def stream_length(self) -> int:
        """Return how many bytes the pixels take once inflated, filter bytes included."""
        if not self.interlace:
            return self._pass_length(self.width, self.height)
        return sum(
            self._pass_length(
                -(-(self.width - left) // right_step), -(-(self.height - top) // down_step)
            )
            for left, top, right_step, down_step in _ADAM7
        )

    def _pass_length(self, width: int, height: int) -> int:
        if width <= 0 or height <= 0:
            return 0
        return height * (1 + (width * self.depth * _CHANNELS[self.colour] + 7) // 8)


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the chunks up to IEND; struct.error where the file ends before it."""
    position = len(SIGNATURE)
    while True:
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise struct.error("chunk cut short")
        yield Chunk(name, data[position + 8 : end - 4], data[position:end])
        if name == b"IEND":
            return
        position = end


def read_facts(data: bytes) -> Facts:
    """Return the facts; struct.error where the header is damaged or unknown."""
    header = _read_header(data)
    mode = _MODES[header.colour]
    if header.colour == _GREY and header.depth in {1, 16}:
        mode = "1" if header.depth == 1 else "I;16"
    return Facts(
        Format.PNG, header.width, header.height, mode, header.depth, _read_orientation(data)
    )


def strip(data: bytes, profile: bytes | None) -> bytes:
    """Return the picture with its pixel data byte for byte, colour chunks and the given profile.

    Raise CannotStripError where a checksum is wrong or the stream holds more than the pixels.
    """
    try:
        header = _read_header(data)
        chunks = list(read_chunks(data))
    except struct.error as error:
        raise CannotStripError(str(error)) from error
    kept = [chunk for chunk in chunks if _is_kept(chunk, header)]
    if any(zlib.crc32(c.raw[4:-4]) != int.from_bytes(c.raw[-4:]) for c in kept):
        raise CannotStripError("wrong checksum")
    _check_stream((chunk.data for chunk in kept if chunk.name == b"IDAT"), header.stream_length())
    parts = [chunk.raw for chunk in kept]
    if profile:
        parts.insert(1, _chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile)))
    return SIGNATURE + b"".join(parts)


def _read_header(data: bytes) -> Header:
    first = next(read_chunks(data))
    if first.name != b"IHDR" or len(first.data) != 13:
        raise struct.error("no header")
    if zlib.crc32(first.raw[4:-4]) != int.from_bytes(first.raw[-4:]):
        raise struct.error("wrong checksum")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", first.data)
    if colour not in _CHANNELS or depth not in {1, 2, 4, 8, 16}:
        raise struct.error("unknown colour type")
    return Header(width, height, depth, colour, interlace)


def _read_orientation(data: bytes) -> int:
    try:
        for chunk in read_chunks(data):
            if chunk.name == b"eXIf":
                return exif.read_orientation(chunk.data)
    except struct.error:
        pass  # the decoder says what is wrong with the rest
    return exif.UPRIGHT


def _is_kept(chunk: Chunk, header: Header) -> bool:
    """Say whether a chunk shapes the pixels; animation frames and suggested palettes do not."""
    if chunk.name in {b"IHDR", b"IDAT", b"IEND"}:
        return True
    if chunk.name == b"PLTE":
        return header.colour == _PALETTE and len(chunk.data) <= 768
    if chunk.name == b"tRNS":
        if header.colour == _PALETTE:
            return len(chunk.data) <= 256
        return len(chunk.data) == _TRANSPARENCY_SIZES.get(header.colour)
    if chunk.name == b"sBIT":
        return len(chunk.data) == (3 if header.colour == _PALETTE else _CHANNELS[header.colour])
    return len(chunk.data) == _COLOUR_SIZES.get(chunk.name)


def _check_stream(parts: Iterable[bytes], length: int) -> None:
    """Raise CannotStripError unless the parts inflate to exactly the given length and no more."""
    inflate = zlib.decompressobj()
    total = 0
    try:
        for part in parts:
            if part and inflate.eof:
                raise CannotStripError("bytes after the pixels")
            waiting = part
            while waiting and not inflate.eof:
                total += len(inflate.decompress(waiting, _BLOCK))
                waiting = inflate.unconsumed_tail
                if total > length:
                    raise CannotStripError("more than the pixels")
    except zlib.error as error:
        raise CannotStripError(str(error)) from error
    if inflate.unused_data:
        raise CannotStripError("bytes after the pixels")
    if total != length or not inflate.eof:
        raise CannotStripError("fewer than the pixels")


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
