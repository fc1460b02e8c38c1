"""Pictures drawn for the imaging tests, and what the tests look for in what comes out."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from evalhub.imaging.formats.png import SIGNATURE
from evalhub.imaging.renditions import Kind, Rendered, render

Pixels = NDArray[np.float64]

RED, GREEN, BLUE = (255, 0, 0), (0, 160, 0), (0, 0, 255)

# How the stored picture is turned so that its orientation makes it upright again.
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def cornered(width: int = 96, height: int = 64) -> Image.Image:
    """A pale picture with red top left, green top right and blue bottom left."""
    image = Image.new("RGB", (width, height), (230, 230, 230))
    draw = ImageDraw.Draw(image)
    side = min(width, height) // 4
    draw.rectangle((0, 0, side, side), fill=RED)
    draw.rectangle((width - 1 - side, 0, width - 1, side), fill=GREEN)
    draw.rectangle((0, height - 1 - side, side, height - 1), fill=BLUE)
    return image


def gradient(width: int = 240, height: int = 160) -> Image.Image:
    """A smooth picture that takes in many colours."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    both = (across + down) / 2
    return Image.fromarray(np.dstack([across, down, 255 - both]).round().astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def oriented(orientation: int) -> bytes:
    """EXIF that says an orientation and nothing else."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def png_chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def raw_png(
    size: tuple[int, int],
    depth: int,
    colour: int,
    row: bytes,
    extra: bytes = b"",
    tail: bytes = b"",
) -> bytes:
    """A PNG of equal rows; the tail goes into the pixel stream's chunk, after the stream."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    stream = zlib.compress((b"\0" + row) * size[1])
    return (
        SIGNATURE
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", stream + tail)
        + png_chunk(b"IEND", b"")
    )


def render_bytes(content: bytes, folder: Path) -> dict[Kind, Rendered]:
    """Render a file with this content and give the renditions by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "source"
    source.write_bytes(content)
    return {one.kind: one for one in render(source, folder / "out")}


def seen(rendered: Rendered) -> Image.Image:
    """The rendition as a browser shows it: its orientation applied."""
    with Image.open(rendered.path) as image:
        image.load()
    turns = UNDO | {6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
    orientation = image.getexif().get(0x0112, 1)
    return image.transpose(turns[orientation]) if orientation in turns else image


def pixels(image: Image.Image, mode: str = "RGB") -> Pixels:
    return np.asarray(image.convert(mode), dtype=np.float64)


def corners(image: Image.Image) -> tuple[str, str, str]:
    """The strongest colour top left, top right and bottom left."""
    shown = pixels(image)
    return (
        "rgb"[int(shown[2, 2].argmax())],
        "rgb"[int(shown[2, -3].argmax())],
        "rgb"[int(shown[-3, 2].argmax())],
    )
