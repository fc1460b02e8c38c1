"""File names that are long, alike, or no text at all, and archives that are not what they seem."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image as Pillow

from evalhub.imaging.archives import Member, members
from evalhub.models import Project, User
from evalhub.work import WorkState
from tasks import imports, jobs
from tasks.actions import start_import
from tasks.models import Batch, ImportFile, Task

pytestmark = pytest.mark.django_db

Start = Callable[..., Batch]


def drawn(shade: int = 0) -> bytes:
    stored = io.BytesIO()
    Pillow.new("RGB", (40, 30), (shade, 120, 60)).save(stored, "PNG")
    return stored.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stored.getvalue()


@pytest.fixture
def start(project: Project, mo: User) -> Start:
    def start(*paths: Path) -> Batch:
        return start_import(
            actor=mo, project=project, name="Names", source=Batch.Source.FOLDER, paths=paths
        )

    return start


def run(batch: Batch) -> dict[str, ImportFile]:
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    return {row.name: row for row in batch.files.all()}


def test_it_shortens_a_long_name_to_its_end(start: Start, tmp_path: Path) -> None:
    deep = tmp_path.joinpath("in", *["a folder with a rather long name"] * 8)
    deep.mkdir(parents=True)
    (deep / "picture.png").write_bytes(drawn())
    batch = start(tmp_path / "in")
    assert [row.outcome for row in run(batch).values()] == ["accepted"]
    key = Task.objects.get().key
    assert (len(key), key.endswith("name/picture.png")) == (200, True)


def test_it_refuses_a_path_that_is_too_long_to_keep(start: Start, tmp_path: Path) -> None:
    deep = tmp_path.joinpath("in", *["n" * 200] * 5)
    deep.mkdir(parents=True)
    for name in ("a.png", "b.png"):
        (deep / name).write_bytes(drawn())
    batch = start(tmp_path / "in")
    assert {row.reason for row in run(batch).values()} == {imports.UNUSABLE_NAME}
    assert batch.files.count() == 2
    assert batch.failure.startswith("None of these files could be used.")


def test_it_refuses_a_name_that_is_no_text_and_takes_the_rest(start: Start, tmp_path: Path) -> None:
    for number, name in enumerate([b"caf\xe9.png", b"caf\xea.png", b"tea.png"]):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(drawn(number))
    batch = start(tmp_path)
    run(batch)
    assert sorted(batch.files.values_list("name", "outcome")) == [
        ("caf?.png", "refused"),
        ("caf?.png", "refused"),
        ("tea.png", "accepted"),
    ]


def test_it_refuses_a_member_whose_name_is_too_long(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(zipped({"n" * 600 + ".png": drawn(), "short.png": drawn(1)}))
    rows = run(start(path))
    assert rows.pop("set.zip/short.png").outcome == "accepted"
    assert [row.reason for row in rows.values()] == [imports.UNUSABLE_NAME]


def test_it_makes_a_task_of_each_of_two_pictures_of_one_name(start: Start, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "a.png" for folder in ("one", "two", "three")]
    for shade, path in enumerate(paths):
        path.parent.mkdir()
        path.write_bytes(drawn(shade % 2))
    batch = start(*paths)
    run(batch)
    assert list(Task.objects.values_list("key", flat=True)) == ["a.png", "a.png (2)"]
    assert list(batch.files.order_by("pk").values_list("outcome", flat=True)) == [
        "accepted",
        "accepted",
        "duplicate",
    ]


@pytest.mark.parametrize("content", [b"", drawn(), b"Only text in here."])
def test_it_says_that_a_file_named_as_an_archive_is_none(
    start: Start, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "set.ZIP"
    path.write_bytes(content)
    assert "ZIP archive is damaged or incomplete" in run(start(path))["set.ZIP"].reason


def test_it_reads_an_archive_whatever_its_name(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "set.jpg"
    path.write_bytes(zipped({"a.png": drawn()}))
    assert run(start(path))["set.jpg/a.png"].outcome == "accepted"


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (zipped({"b.png": drawn(2)}), imports.CHANGED),
        (b"PK\3\4 and no more", "This ZIP archive is damaged"),
        (None, "The file cannot be read (No such file or directory)."),
    ],
)
def test_it_leaves_nothing_waiting_when_an_archive_changes_meanwhile(
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    later: bytes | None,
    reason: str,
) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(zipped({"a.png": drawn(1)}))
    batch = start(path)

    def list_then_change(archive: Path) -> Iterator[Member]:
        yield from members(archive)
        monkeypatch.undo()
        if later is None:
            path.unlink()
        else:
            path.write_bytes(later)

    monkeypatch.setattr(imports, "members", list_then_change)
    row = run(batch)["set.zip/a.png"]
    assert (row.outcome, batch.work_state) == ("refused", WorkState.FAILED)
    assert row.reason.startswith(reason)


def test_it_goes_through_more_files_than_it_reads_at_once(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (tmp_path / f"{number}.png").write_bytes(drawn(number))
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    assert [row.outcome for row in run(start(tmp_path)).values()] == ["accepted"] * 5
