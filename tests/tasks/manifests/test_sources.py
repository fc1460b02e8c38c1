"""Where the images of a manifest may be, and where never."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from evalhub.imaging.errors import Refused
from tasks.manifests.sources import Where, locate, opened_images, opened_manifest
from tasks.manifests.table import BrokenManifestError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "sub").mkdir(parents=True)
    (folder / "rows.csv").write_text("file_name\na.png\n")
    (folder / "sub" / "a.png").write_bytes(b"inside")
    (tmp_path / "secret.png").write_bytes(b"outside")
    return folder


def test_it_finds_files_below_the_folder(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "sub" / "a.png")
    with opened_images(locate(folder, "rows.csv")) as images:
        for name in ("sub/a.png", "./sub/a.png", "link.png"):
            assert images.content(name) == (folder / "sub" / "a.png").resolve()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../secret.png", "leads out"),
        ("sub/../../secret.png", "leads out"),
        ("/etc/hostname", "leads out"),
        ("out.png", "leads out"),
        ("outside/secret.png", "leads out"),
        ("circle.png", "no file called"),
        ("nothing.png", "no file called"),
        ("sub", "no file called"),
        ("x" * 5000, "no file called"),
        ("https://example.com/a.png", "nothing is fetched"),
    ],
)
def test_it_finds_nothing_elsewhere(folder: Path, name: str, sentence: str) -> None:
    (folder / "out.png").symlink_to(folder.parent / "secret.png")
    (folder / "outside").symlink_to(folder.parent)
    (folder / "circle.png").symlink_to(folder / "circle.png")
    with (
        opened_images(locate(folder, "rows.csv")) as images,
        pytest.raises(Refused, match=sentence),
    ):
        images.content(name)


def test_it_looks_beside_a_manifest_in_the_folder_and_in_the_folder_otherwise(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "sub" / "metadata.csv").write_text("file_name\na.png\n")
    elsewhere = tmp_path / "list.csv"
    elsewhere.write_text("file_name\nsub/a.png\n")
    assert locate(folder, "sub/metadata.csv").images == folder / "sub"
    assert locate(folder, str(folder / "sub" / "metadata.csv")).images == folder / "sub"
    assert locate(folder, str(elsewhere)) == Where(elsewhere, "", folder)


def test_it_reads_a_manifest_and_its_images_from_one_archive(tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("set/a.png", b"picture")
        bundle.writestr("set/rows.csv", "file_name\na.png\n")
    where = locate(archive, "set/rows.csv")
    with opened_manifest(where) as file, opened_images(where) as images:
        assert (where.name, file.read()) == ("rows.csv", b"file_name\na.png\n")
        for name in ("a.png", "./a.png"):
            assert images.content(name) == b"picture"
        with pytest.raises(Refused, match="no file called"):
            images.content("set/a.png")


def test_it_reads_images_from_an_archive_beside_the_manifest(tmp_path: Path) -> None:
    archive, manifest = tmp_path / "set.zip", tmp_path / "rows.csv"
    manifest.write_text("file_name\nset/a.png\n")
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("set/a.png", b"picture")
        bundle.writestr("set/b.zip", b"archive")
    with opened_images(locate(archive, str(manifest))) as images:
        assert images.content("set/a.png") == b"picture"
        with pytest.raises(Refused, match="archive within the archive"):
            images.content("set/b.zip")
        with pytest.raises(Refused, match="leads out"):
            images.content("../rows.csv")


def test_it_says_what_is_not_there(folder: Path) -> None:
    with pytest.raises(BrokenManifestError, match=r"There is no manifest called none\.csv"):
        locate(folder, "none.csv")
    with pytest.raises(BrokenManifestError, match="neither a folder nor a ZIP"):
        locate(folder / "rows.csv", "rows.csv")
