from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image as Pillow

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from tasks import imports, intake, jobs
from tasks.actions import retry_import, start_import
from tasks.management.commands import import_images
from tasks.models import Batch, Image, ImportFile, Task


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def draw(path: Path, shade: int = 0, size: tuple[int, int] = (64, 48)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Pillow.new("RGB", size, (shade, 90, 160))
    picture.putpixel((shade % size[0], 1), (255, 255, 255))
    picture.save(path)
    return path


def take_in(project: Project, manager: User, *paths: Path) -> Batch:
    """Start an import and do a worker's part of it at once."""
    batch = start_import(
        actor=manager, project=project, name="Monday", source=Batch.Source.FOLDER, paths=paths
    )
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    return batch


def report(batch: Batch) -> dict[str, tuple[str, str]]:
    return {row.name: (row.outcome, row.reason) for row in batch.files.all()}


def test_it_makes_an_open_task_of_each_picture(project: Project, mo: User, folder: Path) -> None:
    for number, name in enumerate(["a.jpg", "b.png", "below/c.webp"]):
        draw(folder / name, shade=number)
    batch = take_in(project, mo, folder)
    assert (batch.work_state, batch.failure) == (WorkState.DONE, "")
    tasks = Task.objects.filter(project=project, state=Task.State.OPEN)
    assert sorted(tasks.values_list("key", flat=True)) == ["a.jpg", "b.png", "below/c.webp"]
    assert {outcome for outcome, _ in report(batch).values()} == {"accepted"}
    image = Image.objects.get(tasks__key="b.png")
    assert (image.format, image.width, image.height) == ("PNG", 64, 48)
    assert default_storage.exists(image.key)
    assert default_storage.exists(image.renditions.get(kind="thumbnail").key)
    assert ActionLog.objects.get(verb="batch:import").after["accepted"] == 3


def test_it_refuses_whoever_is_not_a_manager(
    project: Project, lena: User, otto: User, folder: Path
) -> None:
    for person in (lena, otto):
        with pytest.raises(PermissionDenied):
            start_import(
                actor=person, project=project, name="x", source=Batch.Source.FOLDER, paths=[folder]
            )
    assert not Batch.objects.exists()


def test_it_lists_each_refused_file_with_its_reason(
    project: Project, mo: User, folder: Path
) -> None:
    draw(folder / "good.jpg")
    (folder / "empty.jpg").touch()
    (folder / "notes.jpg").write_text("These are notes, not a picture.")
    whole = draw(folder / "whole.png", shade=7, size=(400, 300)).read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    Pillow.new("1", (9000, 9000)).save(folder / "huge.png")
    batch = take_in(project, mo, folder)
    rows = report(batch)
    assert {name for name, (outcome, _) in rows.items() if outcome == "refused"} == {
        "empty.jpg",
        "notes.jpg",
        "cut.png",
        "huge.png",
    }
    assert rows["empty.jpg"][1].startswith("The file is empty.")
    assert "not a picture" in rows["notes.jpg"][1]
    assert "damaged or incomplete" in rows["cut.png"][1]
    assert "megapixels" in rows["huge.png"][1]
    assert Task.objects.filter(batch=batch).count() == 2
    assert Image.objects.count() == 2


def test_it_reads_the_members_of_an_archive(project: Project, mo: User, folder: Path) -> None:
    archive = folder / "set.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.write(draw(folder.parent / "one.jpg", shade=1), "deep/one.jpg")
        bundle.writestr("read me.txt", "Hello")
        bundle.writestr("__MACOSX/._one.jpg", "junk")
        bundle.write(draw(folder.parent / "two.jpg", shade=2), "two.jpg")
    rows = report(take_in(project, mo, folder))
    assert {name: outcome for name, (outcome, _) in rows.items()} == {
        "set.zip/deep/one.jpg": "accepted",
        "set.zip/read me.txt": "refused",
        "set.zip/two.jpg": "accepted",
    }


def test_it_says_that_an_archive_is_broken(project: Project, mo: User, folder: Path) -> None:
    (folder / "broken.zip").write_bytes(b"PK\3\4" + b"\0" * 100)
    batch = take_in(project, mo, folder)
    assert batch.work_state == WorkState.FAILED
    assert "ZIP archive is damaged" in report(batch)["broken.zip"][1]


def test_it_refuses_an_archive_that_writes_elsewhere(
    project: Project, mo: User, folder: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(folder / "slip.zip", "w") as bundle:
        bundle.write(draw(folder.parent / "one.jpg"), "../../escaped.jpg")
    batch = take_in(project, mo, folder)
    assert batch.work_state == WorkState.FAILED
    assert not list(tmp_path.rglob("escaped.jpg"))


def test_it_says_what_an_empty_folder_lacks(project: Project, mo: User, folder: Path) -> None:
    batch = take_in(project, mo, folder)
    assert (batch.work_state, batch.attempts) == (WorkState.FAILED, 1)
    assert batch.failure.startswith("There are no files in what was sent.")


def test_it_says_that_a_folder_of_texts_holds_no_picture(
    project: Project, mo: User, folder: Path
) -> None:
    for name in ("a.txt", "b.md"):
        (folder / name).write_text(f"I am {name}")
    batch = take_in(project, mo, folder)
    assert batch.failure.startswith("None of these files could be used.")
    assert [outcome for outcome, _ in report(batch).values()] == ["refused", "refused"]


def test_it_adds_no_second_task_for_the_same_picture(
    project: Project, mo: User, folder: Path
) -> None:
    draw(folder / "a.png", shade=3)
    draw(folder / "copy of a.png", shade=3)
    rows = report(take_in(project, mo, folder))
    assert rows["a.png"][0] == "accepted"
    assert rows["copy of a.png"][0] == "duplicate"
    assert "“a.png” in this import" in rows["copy of a.png"][1]
    assert Task.objects.count() == 1


def test_it_adds_nothing_when_the_same_folder_comes_again(
    project: Project, mo: User, folder: Path
) -> None:
    draw(folder / "a.png")
    take_in(project, mo, folder)
    again = take_in(project, mo, folder)
    assert again.failure == "All these pictures are in the project already: nothing was added."
    assert "in the batch “Monday”" in report(again)["a.png"][1]
    assert Task.objects.count() == 1


def test_it_keeps_one_image_for_two_projects(
    project: Project, mo: User, otto: User, folder: Path
) -> None:
    draw(folder / "a.png")
    take_in(project, mo, folder)
    take_in(Project.objects.get(slug="elsewhere"), otto, folder)
    assert Image.objects.count() == 1
    assert Task.objects.count() == 2


@pytest.mark.parametrize("dies_at", [0, 1, 2])
def test_it_goes_on_where_it_was_cut_off(
    project: Project, mo: User, folder: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    for number in range(3):
        draw(folder / f"{number}.png", shade=number)
    batch = start_import(
        actor=mo, project=project, name="Cut", source=Batch.Source.FOLDER, paths=[folder]
    )
    taken: list[Path] = []

    def die(source: Path, *args: Any) -> Image:
        if len(taken) == dies_at:
            raise KeyboardInterrupt  # as a killed worker: nothing gets to clean up
        taken.append(source)
        return intake.take_picture(source)

    monkeypatch.setattr(imports, "take_picture", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_import(batch.pk)
    assert not Task.objects.exclude(state=Task.State.IMPORTING).exists()
    monkeypatch.undo()
    Batch.objects.filter(pk=batch.pk).update(runs_until="2020-01-01T00:00Z")
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    assert batch.work_state == WorkState.DONE
    assert Task.objects.filter(state=Task.State.OPEN).count() == 3
    assert not batch.files.exclude(outcome=ImportFile.Outcome.ACCEPTED).exists()


def test_it_goes_on_in_another_run_when_its_time_is_over(
    project: Project, mo: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        draw(folder / f"{number}.png", shade=number)
    monkeypatch.setattr(imports, "RUN_SECONDS", -1)
    batch = take_in(project, mo, folder)
    assert (batch.work_state, batch.attempts) == (WorkState.WAITING, 0)
    assert batch.files.filter(outcome=ImportFile.Outcome.WAITING).count() == 1
    monkeypatch.undo()
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    assert batch.work_state == WorkState.DONE


def test_it_may_be_run_twice(project: Project, mo: User, folder: Path) -> None:
    draw(folder / "a.png")
    batch = take_in(project, mo, folder)
    jobs.run_import(batch.pk)
    assert Task.objects.count() == 1
    assert ActionLog.objects.filter(verb="batch:import").count() == 1


def test_it_removes_uploaded_files_but_never_a_folder_of_ones_own(
    project: Project, mo: User, folder: Path, settings: Any
) -> None:
    upload = Path(settings.INCOMING_ROOT) / "upload"
    draw(upload / "a.png")
    draw(folder / "b.png", shade=1)
    take_in(project, mo, upload, folder)
    assert not upload.exists()
    assert (folder / "b.png").exists()


def test_it_retries_only_what_failed_and_only_for_a_manager(
    project: Project, mo: User, lena: User, folder: Path
) -> None:
    batch = take_in(project, mo, folder)
    draw(folder / "late.png")
    with pytest.raises(PermissionDenied):
        retry_import(actor=lena, batch=batch)
    assert retry_import(actor=mo, batch=batch).work_state == WorkState.WAITING
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    assert batch.work_state == WorkState.DONE
    assert retry_import(actor=mo, batch=batch).work_state == WorkState.DONE
    assert ActionLog.objects.filter(verb="batch:retry_import").count() == 1


def test_it_imports_by_command_and_prints_the_report(
    project: Project, mo: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(folder / "a.png")
    (folder / "b.txt").write_text("text")
    call_command("import_images", project.slug, str(folder))
    out = capsys.readouterr().out
    assert "1 accepted, 0 duplicate, 1 refused." in out
    assert "b.txt: " in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere", "."], "There is no project called “nowhere”."),
        (["photos", "no-such-folder"], "There is no folder called no-such-folder."),
        (["photos", ".", "--user", "rosa"], "“rosa” is no manager of Photos."),
    ],
)
def test_it_says_by_command_what_is_wrong(
    project: Project, mo: User, rosa: User, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_images", *arguments)


def test_it_makes_the_renditions_of_an_imported_picture(
    project: Project, mo: User, folder: Path
) -> None:
    draw(folder / "a.jpg", size=(2400, 1800))
    take_in(project, mo, folder)
    image = Image.objects.get()
    assert image.work_state == WorkState.WAITING
    for _ in range(2):
        jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert image.work_state == WorkState.DONE
    made = {rendition.kind: rendition for rendition in image.renditions.all()}
    assert {kind: made[kind].width for kind in made} == {
        "thumbnail": 320,
        "screen": 1600,
        "full": 2400,
    }
    with default_storage.open(made["full"].key) as file, Pillow.open(file) as picture:
        assert (picture.size, picture.format) == ((2400, 1800), "JPEG")


def test_it_says_by_command_how_far_it_is(
    project: Project,
    mo: User,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_images, "SAY_EVERY_SECONDS", 0.0)
    for number in range(3):
        draw(folder / f"{number}.png", shade=number)
    call_command("import_images", project.slug, str(folder), "--user", "mo", "--name", "Three")
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "1 of 3 files looked at",
        "2 of 3 files looked at",
        "3 of 3 files looked at",
        "3 accepted, 0 duplicate, 0 refused.",
    ]
    assert Batch.objects.get().name == "Three"


def test_it_leaves_the_work_to_a_worker_by_command(
    project: Project, mo: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(folder / "a.png")
    call_command("import_images", project.slug, str(folder), "--background")
    assert Batch.objects.get().work_state == WorkState.WAITING
    assert "waits for a worker." in capsys.readouterr().out


def test_it_asks_a_broker_that_is_away_once_and_not_for_every_image(
    project: Project, mo: User, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        draw(folder / f"{number}.png", shade=number)
    take_in(project, mo, folder)
    unsent = [record for record in caplog.records if "make_renditions" in record.getMessage()]
    assert len(unsent) == 1
    assert Image.objects.filter(work_state=WorkState.WAITING, sent_at=None).count() == 3
