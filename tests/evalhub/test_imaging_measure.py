"""What is measured of a picture agrees with what is known of how it was drawn."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from evalhub.imaging.measure import Measured, jpeg_quality, measure
from evalhub.imaging.renditions import ALL_KINDS, Kind, render
from tests.pictures import encoded, gradient, oriented, render_bytes

FACTS = {"sharpness", "highlights", "shadows", "noise", "border", "background"}


def noisy(sigma: float, width: int = 400, height: int = 300) -> Image.Image:
    """Mid grey with gaussian noise."""
    drawn = 128 + np.random.default_rng(5).normal(0, sigma, (height, width))
    return Image.fromarray(drawn.round().clip(0, 255).astype(np.uint8)).convert("RGB")


def framed(frame: int, size: int = 200) -> Image.Image:
    """A noisy square in a plain frame of this many pixels."""
    image = Image.new("RGB", (size, size), (40, 90, 200))
    image.paste(noisy(40, size - 2 * frame, size - 2 * frame), (frame, frame))
    return image


def chequered(low: int, high: int) -> Image.Image:
    pixels = np.where(np.indices((64, 64)).sum(axis=0) % 2, high, low).astype(np.uint8)
    return Image.fromarray(pixels).convert("RGB")


def of(image: Image.Image, fact: str) -> float:
    value = measure(image)[fact]
    assert value is not None
    return value


def test_it_knows_the_sharpness_of_a_chequerboard() -> None:
    # The Laplacian is +4 and -4 times the step by turns, so its variance is 16 step².
    assert of(chequered(100, 110), "sharpness") == 16 * 10**2


def test_it_finds_a_blurred_picture_less_sharp() -> None:
    found = [
        of(noisy(20).filter(ImageFilter.GaussianBlur(radius)), "sharpness") for radius in (0, 1, 3)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[1] > found[2]


@pytest.mark.parametrize("sigma", [5, 10])
def test_it_estimates_the_noise_that_was_added(sigma: int) -> None:
    assert of(noisy(sigma), "noise") == pytest.approx(sigma, rel=0.15)


def test_it_takes_no_slope_for_noise_or_sharpness() -> None:
    across = np.tile(np.arange(0, 250, dtype=np.uint8), (50, 1))
    slope = Image.fromarray(across).convert("RGB")
    assert (of(slope, "noise"), of(slope, "sharpness")) == (0, 0)


@pytest.mark.parametrize(
    ("colour", "highlights", "shadows"),
    [
        ((255, 255, 255), 0.5, 0),
        ((254, 255, 254), 0.5, 0),
        ((253, 255, 255), 0, 0),
        ((255, 0, 0), 0, 0),
        ((0, 0, 0), 0, 0.5),
        ((1, 0, 1), 0, 0.5),
        ((2, 0, 0), 0, 0),
    ],
)
def test_it_counts_what_is_clipped_in_every_channel(
    colour: tuple[int, int, int], highlights: float, shadows: float
) -> None:
    image = Image.new("RGB", (80, 40), (128, 128, 128))
    image.paste(colour, (0, 0, 40, 40))
    assert (of(image, "highlights"), of(image, "shadows")) == (highlights, shadows)


@pytest.mark.parametrize("quality", [30, 60, 90])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_it_estimates_the_quality_that_a_jpeg_was_saved_at(quality: int, mode: str) -> None:
    content = encoded(gradient().convert(mode), "JPEG", quality=quality)
    with Image.open(io.BytesIO(content)) as opened:
        assert jpeg_quality(opened) == pytest.approx(quality, abs=2)


def test_it_knows_no_quality_of_what_is_no_jpeg() -> None:
    with Image.open(io.BytesIO(encoded(gradient(), "PNG"))) as opened:
        assert jpeg_quality(opened) is None
    assert jpeg_quality(gradient()) is None


def test_it_sees_a_frame_and_a_background() -> None:
    # The strip is 4 pixels wide, the ring reaches to 20.
    narrow, wide, none = (measure(framed(frame)) for frame in (4, 20, 0))
    assert narrow["border"] == wide["border"] == wide["background"] == 1
    assert (narrow["background"] or 0) < 0.5
    assert (none["border"] or 0) < 0.5


def test_it_gives_the_share_of_the_border_that_is_even() -> None:
    image = Image.new("RGB", (100, 100), (200, 200, 200))
    image.paste((200, 200, 191), (0, 0, 100, 2))  # the strip's upper side, 2 pixels wide
    assert of(image, "border") == round(1 - 200 / (100**2 - 96**2), 4)
    assert of(image, "background") == 1


def test_it_measures_a_flat_picture() -> None:
    assert measure(Image.new("RGB", (300, 200), (9, 99, 199))) == {
        "sharpness": 0, "noise": 0, "highlights": 0, "shadows": 0, "border": 1, "background": 1,
    }  # fmt: skip


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (1, 1600), (1600, 2), (5, 4)])
@pytest.mark.parametrize("colour", [0, 255])
def test_it_has_a_figure_or_none_for_the_smallest(
    mode: str, size: tuple[int, int], colour: int
) -> None:
    # In RGBA this is wholly transparent, or wholly opaque.
    measured = measure(Image.new(mode, size, (colour,) * len(mode)))
    assert set(measured) == FACTS
    assert all(value is None or math.isfinite(value) for value in measured.values())
    is_flat = min(size) >= 3 and (mode == "RGB" or colour == 255)
    assert (measured["sharpness"], measured["noise"]) == ((0, 0) if is_flat else (None, None))


def test_it_measures_only_what_is_opaque() -> None:
    plain = noisy(10)
    cut = Image.new("RGBA", (600, 300), (255, 255, 255, 0))
    cut.paste(plain.convert("RGBA"), (100, 0))
    seen, whole = measure(cut), measure(plain)
    for fact in ("sharpness", "noise", "highlights", "shadows"):
        assert seen[fact] == whole[fact]
    opaque = measure(plain.convert("RGBA"))
    assert opaque == whole
    assert set(measure(Image.new("RGBA", (90, 90))).values()) == {None}


def rendered_facts(content: bytes, folder: Path) -> Measured:
    """What comes back from the decoding process, with the screen size and with no other."""
    made = render_bytes(content, folder)
    assert [kind for kind in ALL_KINDS if made[kind].measured] == [Kind.SCREEN]
    return made[Kind.SCREEN].measured


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_it_measures_at_screen_size_whatever_the_format(kind: str, tmp_path: Path) -> None:
    image = Image.new("RGB", (2400, 1800), (128, 128, 128))
    image.paste((255, 255, 255), (0, 0, 1200, 1800))
    measured = rendered_facts(encoded(image, kind), tmp_path)
    assert set(measured) == FACTS | {"jpeg_quality"}
    assert measured["highlights"] == pytest.approx(0.5, abs=0.002)
    assert (measured["jpeg_quality"] is None) == (kind != "JPEG")
    json.dumps(measured, allow_nan=False)


def test_it_measures_a_turned_picture_as_an_upright_one(tmp_path: Path) -> None:
    drawn = gradient(120, 80)
    upright = rendered_facts(encoded(drawn, "PNG"), tmp_path / "upright")
    turned = encoded(drawn.transpose(Image.Transpose.ROTATE_90), "PNG", exif=oriented(6))
    assert rendered_facts(turned, tmp_path / "turned") == upright


def test_it_measures_nothing_where_only_a_thumbnail_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "picture.jpg"
    source.write_bytes(encoded(gradient(), "JPEG"))
    (made,) = render(source, tmp_path / "out", [Kind.THUMBNAIL])
    assert made.measured == {}
