"""`manage.py fsck`: rows and files of pictures compared, both ways, and mended."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from evalhub.imaging.staging import PREFIX
from evalhub.models import User
from rubrics.actions.examples import add_example
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.intake import take_picture
from tasks.models import Image
from tests import paint

pytestmark = pytest.mark.django_db

PAST = 1_500_000_000


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Image:
    """A picture with its original and all its renditions on disk."""
    monkeypatch.setattr("django.conf.settings.DATA_DIR", tmp_path)
    image = take_picture(paint.encode(paint.draw_scene(64, 48, sun=(250, 220, 90))))
    jobs.make_renditions(image.pk)
    return image


def fsck(*options: str) -> tuple[int, list[str]]:
    """Run the command; return its exit code and its lines."""
    out = io.StringIO()
    try:
        call_command("fsck", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def path_of(key: str) -> Path:
    return Path(default_storage.path(key))


def age(path: Path) -> Path:
    os.utime(path, (PAST, PAST))
    return path


WELL = (0, ["0 found, 0 mended, 0 left."])


def test_it_finds_nothing_wrong(image: Image, version: RubricVersion, lena: User) -> None:
    data = paint.encode(paint.draw_scene(64, 48, sun=(90, 220, 250)))
    example = add_example(actor=lena, rubric=version.rubric, data=data)
    for path in path_of("").rglob("*"):
        age(path)
    assert path_of(example.key).is_file()
    assert fsck() == WELL
    assert fsck("--hashes", "--mend") == WELL


@pytest.mark.parametrize(
    ("content", "said", "options"),
    [
        (None, "missing", []),
        (b"short", "wrong size", []),
        ("other", "wrong content", ["--hashes"]),
    ],
)
def test_it_has_a_broken_rendition_made_again(
    image: Image, content: bytes | str | None, said: str, options: list[str]
) -> None:
    key = image.renditions.get(kind="screen").key
    before = path_of(key).read_bytes()
    if content is None:
        path_of(key).unlink()
    else:
        path_of(key).write_bytes(bytes(len(before)) if isinstance(content, str) else content)
    assert fsck(*options) == (1, [f"{said}: {key}", "1 found, 0 mended, 1 left."])
    for _ in range(2):
        answer = fsck("--mend", *options)
        assert answer == (0, [f"{said}: {key} (mended)", "1 found, 1 mended, 0 left."])
    jobs.make_renditions(image.pk)
    assert path_of(key).read_bytes() == before
    assert fsck("--hashes") == WELL


def test_it_cannot_mend_a_missing_original_nor_what_is_made_from_it(image: Image) -> None:
    key = image.renditions.get(kind="screen").key
    path_of(image.key).unlink()
    path_of(key).unlink()
    for _ in range(2):
        code, lines = fsck("--mend")
        assert code == 1
        assert lines == [f"missing: {image.key}", f"missing: {key}", "2 found, 0 mended, 2 left."]
    image.refresh_from_db()
    assert image.is_done


def test_it_finds_an_original_with_other_content_by_its_hash(image: Image) -> None:
    path = path_of(image.key)
    path.write_bytes(bytes(image.bytes))
    assert fsck() == WELL
    assert fsck("--hashes")[1][0] == f"wrong content: {image.key}"


def test_it_moves_old_strays_out_of_the_way(image: Image, tmp_path: Path) -> None:
    stray = path_of("originals/zz/stray.jpg")
    stray.parent.mkdir(parents=True)
    for content in (b"first", b"second"):
        stray.write_bytes(content)
        assert fsck("--mend") == WELL, "a row may be about to name it"
        age(stray)
        assert fsck() == (1, ["stray: originals/zz/stray.jpg", "1 found, 0 mended, 1 left."])
        assert fsck("--mend")[0] == 0
        assert fsck("--mend") == WELL
    lost = tmp_path / "lost+found/originals/zz"
    assert (lost / "stray.jpg").read_bytes() == b"first"
    assert (lost / "stray.jpg.2").read_bytes() == b"second"


def test_it_moves_what_a_killed_worker_left(image: Image, tmp_path: Path) -> None:
    name = f"renditions/zz/{PREFIX}abc"
    path_of(name).mkdir(parents=True)
    (path_of(name) / "half.webp").write_bytes(b"half")
    assert fsck() == WELL
    age(path_of(name))
    assert fsck()[1][0] == f"leftover: {name}"
    assert fsck("--mend")[0] == 0
    assert fsck() == WELL
    assert (tmp_path / "lost+found" / name / "half.webp").read_bytes() == b"half"
