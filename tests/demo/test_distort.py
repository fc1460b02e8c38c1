"""Distortions of a picture: the stronger the worse, and nowhere but where they should be."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from evalhub.demo.pictures import distort
from evalhub.demo.pictures.catalogue import SCENES
from evalhub.demo.pictures.colour import LIGHTS
from evalhub.demo.pictures.geometry import Box
from evalhub.demo.pictures.plan import Plan
from tests.demo.compare import difference, outside

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
Cut = Callable[[Image.Image, float, Random, Sequence[Box]], Image.Image | None]
Spoiler = Callable[[Image.Image, float, Random, Box], Image.Image]


@pytest.fixture(scope="module")
def street() -> Image.Image:
    scene = next(scene for scene in SCENES if scene.name == "street")
    return scene.paint(Plan("test", LIGHTS["day"], count=2, colour="red")).image


def _detail(image: Image.Image) -> float:
    """Return how much the brightness varies from pixel to pixel."""
    edges = image.convert("L").filter(
        ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128)
    )
    return ImageStat.Stat(edges.crop((2, 2, edges.width - 2, edges.height - 2))).stddev[0]


def _measures(
    distortion: distort.Distortion, image: Image.Image, measure: Callable[[Image.Image], float]
) -> list[float]:
    return [measure(distortion(image, strength, Random(3))) for strength in STRENGTHS]


def test_it_loses_sharpness_as_blur_grows(street: Image.Image) -> None:
    sharpness = _measures(distort.blur, street, _detail)
    assert all(before > after for before, after in pairwise(sharpness))


def test_it_gains_speckle_as_noise_grows(street: Image.Image) -> None:
    speckle = _measures(distort.noise, street, _detail)
    assert all(before < after for before, after in pairwise(speckle))


def test_it_brightens_as_exposure_grows(street: Image.Image) -> None:
    means = _measures(
        distort.exposure, street, lambda image: ImageStat.Stat(image.convert("L")).mean[0]
    )
    assert all(before < after for before, after in pairwise(means))


def test_it_flattens_as_the_veil_grows(street: Image.Image) -> None:
    spreads = _measures(
        distort.contrast, street, lambda image: ImageStat.Stat(image.convert("L")).stddev[0]
    )
    assert all(before > after for before, after in pairwise(spreads))


def test_it_leaves_fewer_tones_as_banding_grows(street: Image.Image) -> None:
    tones = _measures(
        distort.banding,
        street,
        lambda image: float(sum(1 for count in image.getchannel(1).histogram() if count)),
    )
    assert all(before > after for before, after in pairwise(tones))


@pytest.mark.parametrize(
    "distortion",
    [
        distort.blur,
        distort.noise,
        distort.compression,
        distort.banding,
        distort.exposure,
        distort.contrast,
        distort.muddy,
        distort.garish,
        distort.warmed,
        distort.cooled,
        distort.softened,
    ],
)
def test_it_departs_further_from_the_picture_as_the_strength_grows(
    street: Image.Image, distortion: distort.Distortion
) -> None:
    def distance(image: Image.Image) -> float:
        return sum(ImageStat.Stat(ImageChops.difference(street, image)).rms)

    distances = [distance(distortion(street, strength, Random(4))) for strength in STRENGTHS[1:]]
    assert distances[0] > 0
    assert all(before < after for before, after in pairwise(distances))


@pytest.mark.parametrize("spoil", [distort.smeared, distort.melted, distort.seamed, distort.blocky])
def test_it_spoils_nothing_outside_the_region(street: Image.Image, spoil: Spoiler) -> None:
    box = (400, 300, 700, 620)
    changed = difference(street, spoil(street, 0.7, Random(5), box))
    assert changed.crop(box).getbbox() is not None
    assert outside(changed, [box]) == 0


@pytest.mark.parametrize("strength", STRENGTHS[1:])
def test_it_clutters_nothing_that_the_prompt_names(street: Image.Image, strength: float) -> None:
    keep = [(100, 600, 420, 850), (700, 100, 900, 500)]
    changed = difference(street, distort.cluttered(street, strength, Random(7), keep))
    assert changed.getbbox() is not None
    assert all(changed.crop(box).getbbox() is None for box in keep)


@pytest.mark.parametrize("cut", [distort.cropped, distort.tilted])
def test_it_cuts_no_named_thing_out_of_the_picture(cut: Cut) -> None:
    # Everything is black but the thing to keep, so that what is left of it can be counted.
    for box in ((500, 300, 700, 500), (60, 320, 180, 520), (900, 640, 1080, 800)):
        image = Image.new("RGB", (1200, 900))
        image.paste((255, 255, 255), box)
        for strength in STRENGTHS[1:]:
            part = cut(image, strength, Random(8), [box])
            if part is not None:
                assert part.size == image.size
                whole = (box[2] - box[0]) * (box[3] - box[1])
                assert part.convert("L").point([0] * 128 + [255] * 128).histogram()[255] > whole / 3


@pytest.mark.parametrize("cut", [distort.cropped, distort.tilted])
def test_it_makes_no_cut_where_every_cut_loses_something(street: Image.Image, cut: Cut) -> None:
    corners = [(0, 0, 60, 60), (1140, 0, 1200, 60), (0, 840, 60, 900), (1140, 840, 1200, 900)]
    assert cut(street, 1.0, Random(9), corners) is None
