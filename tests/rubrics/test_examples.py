"""Example images: taken in, stored once, served to the members of their project."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from evalhub.imaging.errors import Refused
from evalhub.models import ActionLog, Project, User
from rubrics.actions.examples import add_example
from rubrics.examples import LONGEST_SIDE, make_example, read_example, store_example
from rubrics.models import ExampleImage, Rubric, RubricVersion

GENERATOR = Path(__file__).parents[1] / "tools" / "bad_images.py"
PRIVATE = (b"PRIVATE PERSON", b"EvalhubCam", b"SecretModel", b"EVALHUB_XSS", b"PK\x03\x04", b"GPS")


@pytest.fixture
def rubric(version: RubricVersion) -> Rubric:
    return version.rubric


def draw(
    size: tuple[int, int] = (1200, 800), kind: str = "JPEG", colour: str = "teal", **options: Any
) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


# ---------------------------------------------------------------- taking in
def test_it_keeps_one_small_webp_without_metadata(rubric: Rubric, lena: User) -> None:
    exif = Image.Exif()
    exif[0x010E] = "PRIVATE PERSON"
    exif[0x0112] = 6  # turned by a quarter
    example = add_example(actor=lena, rubric=rubric, data=draw(exif=exif))
    content = read_example(example)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", (427, LONGEST_SIDE))
        assert not image.getexif()
    assert b"PRIVATE" not in content
    assert (example.width, example.height, example.bytes) == (427, 640, len(content))
    assert example.key == f"examples/{example.sha256[:2]}/{example.sha256}.webp"
    assert ActionLog.objects.get(verb="example:add").after == {"sha256": example.sha256}


def test_it_keeps_the_same_picture_once(rubric: Rubric, lena: User) -> None:
    first = add_example(actor=lena, rubric=rubric, data=draw())
    assert add_example(actor=lena, rubric=rubric, data=draw()) == first
    assert ExampleImage.objects.count() == 1
    assert ActionLog.objects.filter(verb="example:add").count() == 1


def test_it_takes_no_example_from_whoever_does_not_lead(
    rubric: Rubric, rosa: User, mo: User, otto: User
) -> None:
    for person in (rosa, mo, otto):
        with pytest.raises(PermissionDenied):
            add_example(actor=person, rubric=rubric, data=draw())
    assert not ExampleImage.objects.exists()


def test_it_refuses_what_is_no_whole_picture_in_words(
    rubric: Rubric, lena: User, tmp_path: Path
) -> None:
    """Every file of the corpus that must be refused is, and none of the others leaks anything."""
    command = [sys.executable, str(GENERATOR), str(tmp_path), "--quick"]
    subprocess.run(command, check=True, capture_output=True)
    manifest = json.loads((tmp_path / "MANIFEST.json").read_text())
    rows = [row for row in manifest if row["path"].startswith("images/")]
    refused: dict[str, str] = {}
    for row in rows:
        try:
            example = add_example(
                actor=lena, rubric=rubric, data=(tmp_path / row["path"]).read_bytes()
            )
        except Refused as error:
            refused[row["path"]] = error.reason
        else:
            content = read_example(example)
            assert not [mark for mark in PRIVATE if mark in content], row["path"]
    assert {row["path"] for row in rows if row["expect"] == "reject"} <= set(refused)
    assert not {row["path"] for row in rows if row["expect"] == "accept"} & set(refused)
    assert all(sentence.endswith(".") for sentence in refused.values())


# ---------------------------------------------------------------- from a file
def test_it_stores_a_finished_example_byte_for_byte(rubric: Rubric) -> None:
    webp = make_example(draw())
    example = store_example(rubric, webp)
    assert read_example(example) == webp
    assert store_example(rubric, webp) == example


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (draw(), "still WebP picture without metadata"),
        (draw((700, 20), "WEBP"), "640 pixels at most"),
        (draw((20, 20), "WEBP", exif=b"Exif\0\0PRIVATE"), "without metadata"),
        (draw((60, 60), "WEBP")[:-20], "damaged or incomplete"),
        (b"no picture", "."),
    ],
)
def test_it_stores_nothing_else_from_a_file(rubric: Rubric, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        store_example(rubric, content)
    assert sentence in refused.value.reason
    assert not ExampleImage.objects.exists()


# ---------------------------------------------------------------- serving
def test_it_sends_an_example_to_members_only(
    client: Client, rubric: Rubric, lena: User, rosa: User, otto: User, project: Project
) -> None:
    example = add_example(actor=lena, rubric=rubric, data=draw())
    address = f"/projects/{project.slug}/examples/{example.sha256}/"
    client.force_login(rosa)
    response = client.get(address)
    assert response.getvalue() == read_example(example)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private")
    unchanged = client.get(address, headers={"if-none-match": response["ETag"]})
    assert unchanged.status_code == 304

    client.force_login(otto)
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 404
    assert client.get(f"/projects/elsewhere/examples/{example.sha256}/").status_code == 404


def test_it_says_so_when_a_file_is_gone(
    client: Client, rubric: Rubric, lena: User, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    example = add_example(actor=lena, rubric=rubric, data=draw())
    default_storage.delete(example.key)
    client.force_login(lena)
    response = client.get(f"/projects/{project.slug}/examples/{example.sha256}/")
    assert response.status_code == 404
    assert "The file of this image is missing." in response.text
    assert "is gone" in caplog.text
