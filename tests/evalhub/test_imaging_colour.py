"""Colours stay what they are: modes, depths, alpha and profiles, within 8 of 255 on average."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from evalhub.imaging import profiles
from evalhub.imaging.errors import Refused
from evalhub.imaging.renditions import ALL_KINDS, Kind, render
from tests.evalhub.colour_profiles import (
    dark_grey,
    dark_grey_as_srgb,
    simple_cmyk,
    wide_rgb,
    wide_rgb_as_srgb,
)
from tests.pictures import (
    Pixels,
    encoded,
    gradient,
    pixels,
    png_chunk,
    raw_png,
    render_bytes,
    seen,
)

MOST_ERROR = 8
SHRUNK = (Kind.SCREEN, Kind.THUMBNAIL)


def assert_near(image: Image.Image, expected: Pixels, mode: str = "RGB") -> None:
    assert image.size == (expected.shape[1], expected.shape[0])
    error = np.abs(pixels(image, mode) - expected).mean()
    assert error < MOST_ERROR, f"mean error {error:.1f}"


def with_alpha(mode: str) -> Image.Image:
    image = gradient().convert(mode.removesuffix("A"))
    alpha = Image.linear_gradient("L").resize(image.size)
    image.putalpha(alpha)
    return image


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_it_shows_cmyk(kind: str, tmp_path: Path) -> None:
    image = gradient().convert("CMYK")
    options = {"quality": 95} if kind == "JPEG" else {}

    rendered = render_bytes(encoded(image, kind, **options), tmp_path)

    for one in rendered.values():
        assert_near(seen(one), pixels(image))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "TIFF"])
def test_it_shows_a_palette(kind: str, tmp_path: Path) -> None:
    image = gradient().quantize(64)

    rendered = render_bytes(encoded(image, kind), tmp_path)

    for one in rendered.values():
        assert_near(seen(one), pixels(image))


@pytest.mark.parametrize("mode", ["L", "1"])
def test_it_shows_grey_and_black_and_white(mode: str, tmp_path: Path) -> None:
    image = gradient().convert(mode)

    rendered = render_bytes(encoded(image, "PNG"), tmp_path)

    for one in rendered.values():
        assert_near(seen(one), pixels(image))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_it_keeps_alpha(mode: str, kind: str, tmp_path: Path) -> None:
    image = with_alpha(mode)
    options = {"quality": 95} if kind in {"WEBP", "AVIF"} else {}

    rendered = render_bytes(encoded(image, kind, **options), tmp_path)

    opaque_enough = pixels(image, "RGBA")[..., 3:] > 64
    for one in rendered.values():
        shown = seen(one)
        assert "A" in shown.getbands()
        error = np.abs(pixels(shown, "RGBA") - pixels(image, "RGBA")) * opaque_enough
        assert error.mean() < MOST_ERROR


def test_it_keeps_a_transparent_palette_colour(tmp_path: Path) -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (0, 0, 64, 32))

    for one in render_bytes(encoded(image, "PNG", transparency=0), tmp_path).values():
        shown = pixels(seen(one), "RGBA")
        assert shown[2, 2, 3] == 255
        assert shown[2, 2, 2] > 200
        assert shown[-2, -2, 3] == 0


@pytest.mark.parametrize(
    ("depth", "colour", "row", "clear"),
    [
        (16, 0, struct.pack(">4H", 0, 20_000, 40_000, 65_535), struct.pack(">H", 40_000)),
        (4, 0, bytes([0x05, 0xAF]), struct.pack(">H", 0xA)),
        (2, 0, bytes([0b00011011]), struct.pack(">H", 0b10)),
        (
            16,
            2,
            b"".join(struct.pack(">3H", v, v, v) for v in (0, 20_000, 40_000, 65_535)),
            struct.pack(">3H", 40_000, 40_000, 40_000),
        ),
    ],
)
def test_it_keeps_a_transparent_colour_of_any_depth(
    depth: int, colour: int, row: bytes, clear: bytes, tmp_path: Path
) -> None:
    content = raw_png((4, 4), depth, colour, row, extra=png_chunk(b"tRNS", clear))

    alpha = pixels(seen(render_bytes(content, tmp_path)[Kind.SCREEN]), "RGBA")[0, :, 3]

    assert alpha.tolist() == [255, 255, 0, 255]


@pytest.mark.parametrize(
    ("kind", "mode", "order"), [("PNG", "I;16", "<"), ("TIFF", "I;16", "<"), ("TIFF", "I;16B", ">")]
)
def test_it_scales_16_bit_grey(kind: str, mode: str, order: str, tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65_535, 240), (160, 1)).round()
    image = Image.frombytes(mode, (240, 160), ramp.astype(f"{order}u2").tobytes())

    rendered = render_bytes(encoded(image, kind), tmp_path)

    kinds = SHRUNK if kind == "PNG" else ALL_KINDS
    for one in (rendered[which] for which in kinds):
        assert_near(seen(one), np.dstack([ramp / 257] * 3))


def test_it_keeps_all_16_bits_of_the_full_png(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(0, 65_536, 257, dtype="<u2"), (4, 1))
    image = Image.frombytes("I;16", (255 + 1, 4), ramp.tobytes())

    full = seen(render_bytes(encoded(image, "PNG"), tmp_path)[Kind.FULL])

    assert full.mode == "I;16"
    assert np.asarray(full).tolist() == ramp.tolist()


def test_it_scales_16_bit_colour(tmp_path: Path) -> None:
    values = np.linspace(0, 65_535, 64).round().astype(int)
    row = b"".join(struct.pack(">3H", value, 0, 65_535 - value) for value in values)
    expected = np.tile(np.stack([values, values * 0, 65_535 - values], axis=1) / 257, (48, 1, 1))

    for one in render_bytes(raw_png((64, 48), 16, 2, row), tmp_path).values():
        assert_near(seen(one), expected)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_it_applies_a_profile(kind: str, tmp_path: Path) -> None:
    image = gradient()
    options = {"quality": 95} if kind in {"JPEG", "WEBP"} else {}
    content = encoded(image, kind, icc_profile=wide_rgb(), **options)
    expected = wide_rgb_as_srgb(pixels(image))

    rendered = render_bytes(content, tmp_path)

    assert np.abs(expected - pixels(image)).mean() > MOST_ERROR
    for one in (rendered[which] for which in SHRUNK):
        assert "icc_profile" not in seen(one).info
        assert_near(seen(one), expected)
    full = seen(rendered[Kind.FULL])
    assert_near(profiles.to_srgb(full, full.info.get("icc_profile")), expected)


def test_it_applies_a_profile_beside_alpha(tmp_path: Path) -> None:
    image = with_alpha("RGBA")
    expected = wide_rgb_as_srgb(pixels(image, "RGBA")[..., :3])

    rendered = render_bytes(encoded(image, "PNG", icc_profile=wide_rgb()), tmp_path)

    shown = pixels(seen(rendered[Kind.SCREEN]), "RGBA")
    opaque_enough = shown[..., 3:] > 64
    assert (np.abs(shown[..., :3] - expected) * opaque_enough).mean() < MOST_ERROR


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_it_applies_a_grey_profile(mode: str, tmp_path: Path) -> None:
    image = gradient().convert(mode)
    expected = dark_grey_as_srgb(pixels(image.convert("L")))

    rendered = render_bytes(encoded(image, "PNG", icc_profile=dark_grey()), tmp_path)

    assert np.abs(expected - pixels(image)).mean() > MOST_ERROR
    assert_near(seen(rendered[Kind.SCREEN]), expected)


def test_it_applies_a_cmyk_profile(tmp_path: Path) -> None:
    image = gradient().convert("CMYK")
    content = encoded(image, "JPEG", quality=95, icc_profile=simple_cmyk())
    by_profile = ImageCms.profileToProfile(
        image, io.BytesIO(simple_cmyk()), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert by_profile is not None

    rendered = render_bytes(content, tmp_path)

    assert np.abs(pixels(by_profile) - pixels(image)).mean() > MOST_ERROR
    assert_near(seen(rendered[Kind.SCREEN]), pixels(by_profile))
    assert rendered[Kind.FULL].content_type == "image/jpeg"
    assert seen(rendered[Kind.FULL]).info["icc_profile"]


@pytest.mark.parametrize("profile", [b"not a profile" * 20, dark_grey(), simple_cmyk()])
def test_it_passes_over_a_profile_that_is_broken_or_for_other_pixels(
    profile: bytes, tmp_path: Path
) -> None:
    image = gradient()

    rendered = render_bytes(encoded(image, "PNG", icc_profile=profile), tmp_path)

    for one in rendered.values():
        assert "icc_profile" not in seen(one).info
        assert_near(seen(one), pixels(image))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_it_refuses_32_bit_pixels_in_words(mode: str, tmp_path: Path) -> None:
    source = tmp_path / "deep.tif"
    source.write_bytes(encoded(Image.new(mode, (8, 8), 1), "TIFF"))

    with pytest.raises(Refused, match=r"32 bits per colour\. Save it with 8 or 16 bits"):
        render(source, tmp_path / "out")


def test_it_refuses_lab_pixels_in_words(tmp_path: Path) -> None:
    source = tmp_path / "lab.tif"
    source.write_bytes(encoded(Image.new("LAB", (8, 8)), "TIFF"))

    with pytest.raises(Refused, match="Save it as RGB"):
        render(source, tmp_path / "out")


def test_it_shows_only_the_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP", "AVIF", "PNG", "TIFF", "MPO"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

        for one in render_bytes(content, tmp_path / kind).values():
            shown = seen(one)
            assert getattr(shown, "n_frames", 1) == 1
            assert_near(shown, pixels(frames[0]))
