"""Nothing private that a file carries is in what is made of it, and its pixel data is untouched."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from evalhub.imaging.errors import CannotStripError
from evalhub.imaging.formats import jpeg, png, webp
from evalhub.imaging.inspect import inspect_bytes
from evalhub.imaging.renditions import ALL_KINDS, Kind, Rendered
from evalhub.imaging.strip import strip
from tests.evalhub.colour_profiles import SECRET, plain_srgb, simple_cmyk, wide_rgb
from tests.pictures import (
    cornered,
    encoded,
    gradient,
    oriented,
    pixels,
    png_chunk,
    raw_png,
    render_bytes,
    seen,
)

MARK = b"PRIVATE"
WIDE = MARK.decode().encode("utf-16-be")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + MARK + b" creator</x:xmpmeta>"
TAIL = b"\n" + MARK + b" after the end"


def private_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "PRIVATE camera", "PRIVATE model"
    exif[0x013B] = "PRIVATE person"
    exif[0x9C9D] = WIDE
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, 28.0, 40.12)
    gps[3], gps[4] = "W", (0.0, 0.0, 5.31)
    gps[29] = "PRIVATE date"
    return exif.tobytes()


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def private_jpeg(**options: object) -> bytes:
    plain = encoded(
        gradient(), "JPEG", exif=private_exif(6), icc_profile=wide_rgb(), comment=MARK, **options
    )
    planted = (
        segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\1\1" + MARK[:3] + MARK)
        + segment(0xE0, b"JFXX\0\x13" + MARK)
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        + segment(0xED, b"Photoshop 3.0\0" + MARK)
        + segment(0xEB, MARK)
        + segment(0xFE, MARK)
    )
    return plain[:2] + planted + plain[2:] + TAIL


def private_png() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "PRIVATE person")
    text.add_text("Comment", "PRIVATE words", zip=True)
    text.add_itxt("Title", "PRIVATE title", zip=True)
    plain = encoded(
        gradient(), "PNG", exif=private_exif(), icc_profile=wide_rgb(), pnginfo=text, dpi=(72, 72)
    )
    end = plain.index(b"IEND") - 4
    planted = png_chunk(b"prVt", MARK) + png_chunk(b"tIME", b"\x07\xd0\1\1\1\1\1")
    return plain[:end] + planted + plain[end:] + TAIL


def private_webp(**options: object) -> bytes:
    plain = encoded(
        gradient(), "WEBP", exif=private_exif(), xmp=XMP, icc_profile=wide_rgb(), **options
    )
    body = plain[8:] + b"PRIV" + struct.pack("<I", len(MARK) + 1) + MARK + b"\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body + TAIL


def private_tiff() -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270], tags[315], tags[700] = "PRIVATE words", "PRIVATE person", XMP
    return encoded(gradient(), "TIFF", tiffinfo=tags, icc_profile=wide_rgb()) + TAIL


def private_files() -> dict[str, bytes]:
    grey = gradient().convert("L")
    return {
        "jpeg": private_jpeg(),
        "progressive": private_jpeg(progressive=True),
        "cmyk": encoded(
            gradient().convert("CMYK"),
            "JPEG",
            exif=private_exif(),
            comment=MARK,
            icc_profile=simple_cmyk(),
        ),
        "mpo": encoded(
            cornered(), "MPO", save_all=True, append_images=[gradient()], exif=private_exif()
        )
        + TAIL,
        "png": private_png(),
        "turned png": encoded(gradient(), "PNG", exif=private_exif(6)) + TAIL,
        "png stream": raw_png((4, 4), 8, 0, b"\0" * 4, tail=MARK),
        "png palette": raw_png(
            (4, 4),
            8,
            2,
            b"\0" * 12,
            extra=png_chunk(b"PLTE", MARK + b"!!") + png_chunk(b"tEXt", MARK),
        ),
        "webp": private_webp(),
        "lossless webp": private_webp(lossless=True),
        "turned webp": encoded(gradient(), "WEBP", exif=private_exif(8), xmp=XMP),
        "avif": encoded(gradient(), "AVIF", exif=private_exif(), xmp=XMP, icc_profile=wide_rgb()),
        "avif in srgb": encoded(gradient(), "AVIF", icc_profile=plain_srgb()),
        "jpeg in srgb": encoded(gradient(), "JPEG", icc_profile=plain_srgb()),
        "gif": encoded(grey, "GIF", comment=MARK) + TAIL,
        "tiff": private_tiff(),
    }


def everything_in(content: bytes) -> Iterator[bytes]:
    """The bytes themselves, and what any deflated stream within them unpacks to."""
    yield content
    for start in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content)):
        try:
            yield zlib.decompressobj().decompress(content[start:])
        except zlib.error:
            continue


def secrets_in(rendered: Rendered) -> list[str]:
    found = []
    for part in everything_in(rendered.path.read_bytes()):
        found += [mark.decode(errors="replace") for mark in (MARK, WIDE) if mark in part]
    with Image.open(rendered.path) as image:
        image.load()
        tags = set(image.getexif())
        if tags - ({0x0112} if rendered.kind == Kind.FULL else set()):
            found.append(f"EXIF {tags}")
        allowed = {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "dpi",
            "adobe",
            "adobe_transform",
            "progressive",
            "progression",
            "exif",
            "icc_profile",
            "loop",
            "background",
            "timestamp",
            "duration",
            "transparency",
        }
        found += [key for key in map(str, image.info) if key not in allowed]
        if rendered.kind != Kind.FULL or rendered.content_type != "image/jpeg":
            found += [key for key in ("exif", "dpi") if key in image.info]
        if rendered.kind != Kind.FULL:
            found += [key for key in ("icc_profile",) if key in image.info]
    return found


@pytest.mark.parametrize("name", private_files())
def test_it_leaks_nothing_private(name: str, tmp_path: Path) -> None:
    content = private_files()[name]

    rendered = render_bytes(content, tmp_path)

    assert any(MARK in part for part in everything_in(content)) or name == "turned png"
    assert set(rendered) == set(ALL_KINDS)
    found = {one.kind: secrets_in(one) for one in rendered.values()}
    assert found == {kind: [] for kind in ALL_KINDS}


def pixel_segments(content: bytes) -> list[bytes]:
    wanted = {0xC4, 0xDB, 0xDD, 0xDA, *range(0xC0, 0xC4)}
    return [
        content[one.start : one.end] for one in jpeg.read_segments(content) if one.marker in wanted
    ]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"optimize": True, "quality": 30},
        {"subsampling": 0},
        {"restart_marker_rows": 1},
        {"quality": 100},
    ],
)
def test_it_keeps_a_jpegs_pixel_data_byte_for_byte(
    options: dict[str, object], tmp_path: Path
) -> None:
    content = private_jpeg(**options)

    full = render_bytes(content, tmp_path)[Kind.FULL]

    kept = full.path.read_bytes()
    assert full.content_type == "image/jpeg"
    assert kept.endswith(jpeg.EOI)
    assert pixel_segments(kept) == pixel_segments(content)
    (tmp_path / "plain.jpg").write_bytes(content)
    with Image.open(tmp_path / "plain.jpg") as before, Image.open(full.path) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))
        assert after.getexif()[0x0112] == 6
        assert len(after.info["exif"]) < 40


def test_it_keeps_a_pngs_pixel_data_byte_for_byte(tmp_path: Path) -> None:
    content = private_png()

    full = render_bytes(content, tmp_path)[Kind.FULL]

    chunks = list(png.read_chunks(full.path.read_bytes()))
    assert [chunk.data for chunk in chunks if chunk.name == b"IDAT"] == [
        chunk.data for chunk in png.read_chunks(content) if chunk.name == b"IDAT"
    ]
    assert {chunk.name for chunk in chunks} == {b"IHDR", b"iCCP", b"IDAT", b"IEND"}
    assert full.path.read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("size", [(1, 1), (9, 5), (5000, 3000), (4099, 1025)])
@pytest.mark.parametrize("bits", [1, 8, 24])
def test_it_keeps_a_flat_png_of_any_size(size: tuple[int, int], bits: int) -> None:
    image = Image.new({1: "1", 8: "L", 24: "RGB"}[bits], size)
    content = encoded(image, "PNG", compress_level=9)

    assert strip(content, inspect_bytes(content), None) == content


def test_it_keeps_an_interlaced_png() -> None:
    # Seven passes of 8 by 8 grey pixels; Pillow reads them but does not write them.
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    stream = b"".join((b"\0" + b"\x80" * width) * height for width, height in passes)
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
    body = png_chunk(b"IDAT", zlib.compress(stream))
    content = png.SIGNATURE + header + body + png_chunk(b"IEND", b"")

    assert strip(content, inspect_bytes(content), None) == content


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_it_keeps_a_webps_pixel_data_byte_for_byte(
    lossless: bool, mode: str, tmp_path: Path
) -> None:
    image = gradient().convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    content = encoded(image, "WEBP", lossless=lossless, exif=private_exif(), xmp=XMP) + TAIL

    full = render_bytes(content, tmp_path)[Kind.FULL]

    bitstreams = {b"VP8 ", b"VP8L", b"ALPH"}
    before = [chunk for chunk in webp.read_chunks(content) if chunk[0] in bitstreams]
    after = [chunk for chunk in webp.read_chunks(full.path.read_bytes()) if chunk[0] in bitstreams]
    assert before == after
    (tmp_path / "plain.webp").write_bytes(content)
    with Image.open(tmp_path / "plain.webp") as plain:
        assert np.array_equal(np.asarray(plain), np.asarray(seen(full)))


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_it_makes_a_lossless_full_picture_of_other_formats(kind: str, tmp_path: Path) -> None:
    image = gradient().quantize(64).convert("RGB") if kind == "GIF" else gradient()

    full = render_bytes(encoded(image, kind), tmp_path)[Kind.FULL]

    assert full.content_type == "image/webp"
    assert np.array_equal(pixels(seen(full)), pixels(image))


def test_it_makes_a_lossless_png_where_a_picture_is_too_long_for_webp(tmp_path: Path) -> None:
    image = gradient(20_000, 3)

    full = render_bytes(encoded(image, "TIFF"), tmp_path)[Kind.FULL]

    assert full.content_type == "image/png"
    assert np.array_equal(pixels(seen(full)), pixels(image))


def test_it_turns_a_png_without_loss(tmp_path: Path) -> None:
    image = gradient()
    turned = image.transpose(Image.Transpose.ROTATE_90)

    full = render_bytes(encoded(turned, "PNG", exif=oriented(6)), tmp_path)[Kind.FULL]

    assert np.array_equal(pixels(seen(full)), pixels(image))


def stray_bytes(content: bytes) -> bytes:
    place = content.index(b"\xff\xdb")
    return content[:place] + b"PRIVATE" + content[place:]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (stray_bytes(encoded(gradient(), "JPEG")), "stray bytes"),
        (encoded(gradient(), "JPEG")[:-2], "cut short"),
        (raw_png((4, 4), 8, 0, b"\0" * 4, tail=b"x"), "after the pixels"),
        (
            raw_png((4, 4), 8, 0, b"\0" * 4).replace(
                png_chunk(b"IEND", b""), png_chunk(b"IDAT", MARK) + png_chunk(b"IEND", b"")
            ),
            "after the pixels",
        ),
        (raw_png((4, 4), 8, 0, b"\0" * 9), "more than the pixels"),
        (raw_png((4, 4), 8, 0, b"\0" * 3), "fewer than the pixels"),
        (encoded(gradient(), "PNG", exif=oriented(3)), "turned"),
        (
            encoded(gradient(), "WEBP", save_all=True, append_images=[cornered(240, 160)]),
            "animation",
        ),
        (encoded(gradient(), "TIFF"), "no bare form"),
    ],
)
def test_it_says_when_it_cannot_be_sure_of_the_pixel_data(content: bytes, reason: str) -> None:
    with pytest.raises(CannotStripError, match=reason):
        strip(content, inspect_bytes(content), None)


def test_it_makes_a_lossless_full_picture_where_it_cannot_strip(tmp_path: Path) -> None:
    content = stray_bytes(encoded(gradient(), "JPEG"))

    full = render_bytes(content, tmp_path)[Kind.FULL]

    assert full.content_type == "image/webp"
    assert MARK not in full.path.read_bytes()
    with Image.open(tmp_path / "source") as image:
        assert np.array_equal(pixels(image), pixels(seen(full)))


def test_it_plants_secrets_that_would_be_found(tmp_path: Path) -> None:
    assert SECRET in wide_rgb()
    assert SECRET.startswith(MARK)
    source = tmp_path / "private.png"
    source.write_bytes(private_png())
    left_alone = Rendered(Kind.SCREEN, source, 1, 1, 1, "image/png", "")

    assert {"PRIVATE", "Author", "exif", "icc_profile"} <= set(secrets_in(left_alone))
