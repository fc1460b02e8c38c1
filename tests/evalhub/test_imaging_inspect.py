"""A file is known by its content and judged by its header, in plain words."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.inspect import inspect, inspect_bytes
from evalhub.imaging.limits import Limits
from tests.pictures import cornered, encoded, oriented, raw_png

USE = "Use JPEG, PNG, WebP, AVIF, GIF or TIFF."


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", Format)
def test_it_knows_a_format_by_its_content(kind: Format, tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(encoded(cornered(), kind))

    facts = inspect(path)

    assert (facts.format, facts.width, facts.height) == (kind, 96, 64)
    assert facts.content_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
        *(("AVIF", mode) for mode in ("L", "RGB", "RGBA")),
        ("GIF", "P"),
        *(("TIFF", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")),
    ],
)
def test_it_names_the_mode_that_the_decoder_will_find(kind: str, mode: str) -> None:
    image = Image.new("L", (6, 4), 200).convert(mode)
    if "A" in mode:
        image.putalpha(100)
    if mode == "P":
        image.putpalette(bytes(range(200)) + b"rgb" * 180)
    content = encoded(image, kind)

    with Image.open(io.BytesIO(content)) as opened:
        assert opened.mode == mode
    assert inspect_bytes(content).mode == mode


def test_it_takes_a_jpeg_with_two_pictures_for_a_jpeg() -> None:
    content = encoded(cornered(), "MPO", save_all=True, append_images=[cornered(10, 10)])

    assert inspect_bytes(content) == Facts(Format.JPEG, 96, 64, "RGB")


def test_it_tells_the_upright_size() -> None:
    facts = inspect_bytes(encoded(cornered(), "JPEG", exif=oriented(6)))

    assert (facts.width, facts.height, facts.upright_size) == (96, 64, (64, 96))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty. Save or export the picture again."),
        (b"Dear team,\n", f"This is a text file, not a picture. {USE}"),
        ("Ça va — déjà vu".encode() * 99, f"This is a text file, not a picture. {USE}"),
        (b"a,b\r\n1,2\r\n", f"This is a text file, not a picture. {USE}"),
        (b"%PDF-1.7\n", f"This is a PDF document, which cannot be used here. {USE}"),
        (zipped(), f"This is a ZIP archive, which cannot be used here. {USE}"),
        (b"BM" + bytes(60), f"This is a BMP picture, which cannot be used here. {USE}"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            f"This is a HEIC picture, which cannot be used here. {USE}",
        ),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41", f"This is a video, which cannot be used here. {USE}"),
        (b"<svg xmlns=''/>", f"This is an SVG drawing, not a picture made of pixels. {USE}"),
        (
            b" <!DOCTYPE html><p>",
            f"This is a web page or XML file, not a picture made of pixels. {USE}",
        ),
        (bytes(range(256)), f"This is not a picture, or it is damaged from its first byte. {USE}"),
        (
            encoded(cornered(), "JPEG")[:40],
            "The picture is damaged or incomplete. Export it again from the original.",
        ),
        (
            b"II*\0\xff\xff",
            "The picture is damaged or incomplete. Export it again from the original.",
        ),
        (
            b"II+\0" + bytes(12),
            "This is a BigTIFF file. Save it as an ordinary TIFF, or as PNG.",
        ),
        (
            raw_png((0, 10), 8, 0, b""),
            "The picture has no pixels. Export it again from the original.",
        ),
    ],
)
def test_it_refuses_in_a_plain_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect_bytes(content)

    assert refused.value.reason == reason


@pytest.mark.parametrize("kind", Format)
def test_it_refuses_a_file_cut_short_in_its_header(kind: Format) -> None:
    content = encoded(cornered(), kind)

    for length in (1, 5, 9):
        with pytest.raises(Refused):
            inspect_bytes(content[:length])


def test_it_refuses_a_file_over_the_byte_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(bytes(3 * 1024 * 1024))

    with pytest.raises(
        Refused, match=r"The file is 3 MB; the limit is 2 MB\. Save the picture smaller\."
    ):
        inspect(path, Limits(max_bytes=2 * 1024 * 1024))


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (
            Limits(max_side=95),
            "The picture is 96 × 64 pixels; the limit is 95 on each side. Make it smaller.",
        ),
        (
            Limits(max_pixels=6143),
            "The picture is 96 × 64 pixels (0 megapixels); "
            "the limit is 0 megapixels. Make it smaller.",
        ),
    ],
)
def test_it_refuses_a_picture_over_the_limits(kind: Format, limits: Limits, reason: str) -> None:
    content = encoded(cornered(), kind)

    with pytest.raises(Refused, match=re.escape(reason)):
        inspect_bytes(content, limits)


@pytest.mark.parametrize("kind", Format)
def test_it_takes_a_picture_just_within_the_limits(kind: Format) -> None:
    content = encoded(cornered(), kind)
    limits = Limits(max_bytes=len(content), max_side=96, max_pixels=96 * 64)

    assert inspect_bytes(content, limits).width == 96
