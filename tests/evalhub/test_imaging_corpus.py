"""Every file of the corpus of awkward and hostile uploads ends as its manifest expects."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TypedDict

import pytest
from PIL import Image

from evalhub.imaging.archives import members
from evalhub.imaging.errors import Refused
from evalhub.imaging.inspect import inspect_bytes
from evalhub.imaging.limits import Limits
from evalhub.imaging.renditions import render
from tests.pictures import corners, seen

GENERATOR = Path(__file__).parents[1] / "tools" / "bad_images.py"
HALF_A_GIGABYTE = Limits(decode_memory_bytes=512 * 1024 * 1024)
PRIVATE = (b"PRIVATE PERSON", b"EvalhubCam", b"SecretModel", b"EVALHUB_XSS", b"PK\x03\x04", b"GPS")
WITHOUT_CORNERS = {"bit1.png", "grey.jpg", "la.png"}


class Row(TypedDict):
    path: str
    klass: str
    expect: str
    checks: str


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, GENERATOR, folder, "--quick"], check=True, capture_output=True)
    return folder


def rows(corpus: Path, folder: str) -> list[Row]:
    manifest: list[Row] = json.loads((corpus / "MANIFEST.json").read_text())
    return [row for row in manifest if row["path"].startswith(f"{folder}/")]


def verdict_on_picture(source: Path, out_dir: Path) -> tuple[str, str]:
    """What became of a picture, and what is wrong with that, if anything."""
    try:
        rendered = render(source, out_dir, limits=HALF_A_GIGABYTE)
    except Refused as refused:
        left = list(out_dir.iterdir()) if out_dir.exists() else []
        good = refused.reason.endswith(".") and not left
        return "reject", "" if good else f"{refused.reason!r}, left {left}"
    for one in rendered:
        content = one.path.read_bytes()
        leaks = [private for private in PRIVATE if private in content]
        with Image.open(one.path) as image:
            if leaks or Image.MIME[image.format or ""] != one.content_type:
                return "accept", f"{one.kind}: leaks {leaks}, is {image.format}"
        if seen(one).size != (one.width, one.height):
            return "accept", f"{one.kind}: not the size it says"
    return "accept", ""


def as_expected(verdict: str, expected: str) -> bool:
    return {
        "accept": verdict == "accept",
        "normalize": verdict == "accept",
        "reject": verdict == "reject",
        "either": True,
    }[expected]


def test_it_ends_each_picture_as_the_manifest_expects(corpus: Path, tmp_path: Path) -> None:
    wrong = []
    wanted = rows(corpus, "images")
    for number, row in enumerate(wanted):
        verdict, trouble = verdict_on_picture(corpus / row["path"], tmp_path / str(number))
        if trouble or not as_expected(verdict, row["expect"]):
            wrong.append(f"{row['path']!a}: {verdict}, expected {row['expect']}; {trouble}")

    assert len(wanted) > 90
    assert wrong == []


def test_it_keeps_the_corners_of_the_corpus_in_their_places(corpus: Path, tmp_path: Path) -> None:
    colourful = [
        row
        for row in rows(corpus, "images")
        if row["klass"] in {"control", "exif", "icc", "mode", "name", "privacy"}
        and row["expect"] in {"accept", "normalize"}
        and Path(row["path"]).name not in WITHOUT_CORNERS | {"grey16.png", "rgb16.png"}
    ]
    wrong = [
        row["path"]
        for number, row in enumerate(colourful)
        for one in render(corpus / row["path"], tmp_path / str(number))
        if corners(seen(one)) != ("r", "g", "b")
    ]

    assert len(colourful) > 35
    assert wrong == []


def verdict_on_archive(path: Path) -> tuple[str, list[str]]:
    """Accepted where a member is a picture that its header does not rule out; and all reasons."""
    pictures, reasons = 0, []
    try:
        for member in members(path):
            try:
                inspect_bytes(b"".join(member.chunks()))
                pictures += 1
            except Refused as refused:
                reasons.append(refused.reason)
    except Refused as refused:
        return "reject", [refused.reason]
    return "accept" if pictures else "reject", reasons


def test_it_ends_each_archive_as_the_manifest_expects(corpus: Path) -> None:
    outside = Path("/tmp/evalhub_escape.jpg")  # noqa: S108 - where two of the archives aim
    before = {path for path in corpus.parent.rglob("*") if path.is_file()}

    wanted = rows(corpus, "archives")
    wrong = []
    for row in wanted:
        verdict, reasons = verdict_on_archive(corpus / row["path"])
        plain = all(reason.endswith(".") for reason in reasons)
        if not plain or not as_expected(verdict, row["expect"]):
            wrong.append(f"{row['path']}: {verdict}, expected {row['expect']}; {reasons}")

    assert len(wanted) > 18
    assert wrong == []
    assert {path for path in corpus.parent.rglob("*") if path.is_file()} == before
    assert not outside.exists()


def test_it_has_a_corpus_that_would_escape_if_it_were_extracted(corpus: Path) -> None:
    with zipfile.ZipFile(corpus / "archives" / "zip_slip_dotdot.zip") as archive:
        assert "../../evil.jpg" in archive.namelist()
