"""All eight orientations come out upright, in every format and rendition."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from evalhub.imaging.inspect import inspect_bytes
from evalhub.imaging.renditions import ALL_KINDS, Kind
from tests.pictures import UNDO, cornered, corners, encoded, oriented, render_bytes, seen

OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 95},
    "PNG": {},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 90},
    "TIFF": {},
}


def stored(kind: str, orientation: int, size: tuple[int, int] = (96, 64)) -> bytes:
    image = cornered(*size)
    if orientation in UNDO:
        image = image.transpose(UNDO[orientation])
    return encoded(image, kind, exif=oriented(orientation), **OPTIONS[kind])


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_shows_the_picture_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    content = stored(kind, orientation)

    rendered = render_bytes(content, tmp_path)

    facts = inspect_bytes(content)
    assert (facts.orientation, facts.upright_size) == (orientation, (96, 64))
    assert set(rendered) == set(ALL_KINDS)
    for one in rendered.values():
        assert (one.width, one.height) == (96, 64)
        assert seen(one).size == (96, 64)
        assert corners(seen(one)) == ("r", "g", "b")


@pytest.mark.parametrize("orientation", [6, 8])
def test_it_turns_a_large_picture_after_shrinking_it(orientation: int, tmp_path: Path) -> None:
    rendered = render_bytes(stored("JPEG", orientation, (3000, 2000)), tmp_path)

    sizes = {kind: (one.width, one.height) for kind, one in rendered.items()}
    assert sizes == {
        Kind.FULL: (3000, 2000),
        Kind.SCREEN: (1600, 1067),
        Kind.THUMBNAIL: (320, 213),
    }
    assert all(corners(seen(one)) == ("r", "g", "b") for one in rendered.values())


def test_it_leaves_small_renditions_without_an_orientation_to_follow(tmp_path: Path) -> None:
    rendered = render_bytes(stored("JPEG", 6), tmp_path)

    for kind in (Kind.SCREEN, Kind.THUMBNAIL):
        with Image.open(rendered[kind].path) as image:
            assert not image.getexif()


@pytest.mark.parametrize("orientation", [0, 9, 99])
def test_it_takes_an_impossible_orientation_for_upright(orientation: int, tmp_path: Path) -> None:
    content = encoded(cornered(), "JPEG", exif=oriented(orientation))

    rendered = render_bytes(content, tmp_path)

    assert inspect_bytes(content).orientation == 1
    assert corners(seen(rendered[Kind.FULL])) == ("r", "g", "b")


def test_it_never_enlarges(tmp_path: Path) -> None:
    rendered = render_bytes(encoded(Image.new("RGB", (3, 2)), "PNG"), tmp_path)

    assert {(one.width, one.height) for one in rendered.values()} == {(3, 2)}
