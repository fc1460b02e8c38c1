"""A batch from a manifest: a task for each row, whatever cuts it off."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalhub.models import ActionLog, Project, StoppingRule, User
from evalhub.work import WorkState
from tasks import intake, jobs, manifest_import
from tasks.actions import retry_import, start_import
from tasks.batches import status_of
from tasks.models import Batch, Image, Manifest, Task, TaskTag
from tests.tasks.manifest_data import Cells, numbered, report, run, start, take_in, write

pytestmark = pytest.mark.django_db


def test_it_makes_an_open_task_of_each_row(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    row = {
        "id": "pair 1",
        "image_a": "a.png",
        "image_b": "b.png",
        "reference": "c.png",
        "prompt": "a cat",
        "tags": ["night"],
        "model": "m-1",
        "priority": 3,
    }
    gold = {**row, "id": "gold 1", "kind": "gold", "prompt": "a dog"}
    batch = take_in(project, mo, manifest_folder, [row, gold])
    assert (batch.work_state, batch.failure, report(batch)) == (WorkState.DONE, "", {})
    first, second = Task.objects.filter(batch=batch, state=Task.State.OPEN)
    assert (first.key, first.prompt, first.tags) == ("pair 1", "a cat", ["night"])
    assert TaskTag.objects.get(task=first).tag == "night"
    assert (first.priority, first.hidden_context) == (3, {"model": "m-1"})
    assert (first.is_queued, second.is_queued) == (True, False)
    assert first.judgments_per_task == first.free_places == project.judgments_per_task
    shown = [(one.role, one.image.key) for one in first.task_images.select_related("image")]
    assert [role for role, _ in shown] == ["candidate", "candidate", "reference"]
    assert len(set(shown)) == 3
    assert (batch.tasks_open, batch.judgments_asked) == (1, project.judgments_per_task)
    assert status_of(batch).files["accepted"] == 2
    assert ActionLog.objects.get(verb="batch:import").after["accepted"] == 2


def test_it_is_for_managers_only(
    project: Project, lena: User, otto: User, manifest_folder: Path
) -> None:
    write(manifest_folder, numbered(1))
    for person in (lena, otto):
        with pytest.raises(PermissionDenied):
            start(project, person, manifest_folder)
    assert not Batch.objects.exists()


def test_it_draws_the_panel_as_for_other_tasks(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    Project.objects.filter(pk=project.pk).update(
        stopping_rule=StoppingRule.DISAGREEMENT, panel_rate=1.0, most_judgments=7
    )
    take_in(project, mo, manifest_folder, numbered(2))
    assert set(Task.objects.values_list("is_panel", "judgments_per_task", "free_places")) == {
        (True, 7, 7)
    }


def test_it_reports_each_refused_row(project: Project, mo: User, manifest_folder: Path) -> None:
    (manifest_folder / "notes.png").write_text("no picture")
    rows: list[Cells] = [
        {"image": "a.png", "prompt": "fine"},
        {"image": "missing.png"},
        {"image": "https://example.com/a.png"},
        {"image": "../a.png"},
        {"image": "notes.png"},
        {"image": "notes.png", "prompt": "again"},
        {"prompt": "no image"},
        {"image": "a.png", "prompt": "nul \0"},
    ]
    batch = take_in(project, mo, manifest_folder, rows)
    found = report(batch)
    assert [found[f"row {number}"][0] for number in range(2, 9)] == ["refused"] * 7
    sentences = ["no file called", "nothing is fetched", "leads out", "not a picture"]
    sentences += ["not a picture", "names no image", "cannot be stored"]
    for number, sentence in enumerate(sentences, start=2):
        assert sentence in found[f"row {number}"][1]
    assert Task.objects.get().prompt == "fine"
    assert batch.work_state == WorkState.DONE


def test_it_sends_the_report_as_csv(
    client: Client, project: Project, mo: User, manifest_folder: Path
) -> None:
    batch = take_in(project, mo, manifest_folder, [*numbered(1), {"image": "none.png"}])
    client.force_login(mo)
    assert b"rows.jsonl, row 2" in client.get(batch.get_absolute_url()).content
    response: Any = client.get(reverse("batch-report", args=[project.slug, batch.pk]))
    lines = list(csv.reader(b"".join(response).decode().splitlines()))
    assert [line[:2] for line in lines] == [["file", "outcome"], ["rows.jsonl, row 2", "refused"]]


def test_it_adds_nothing_when_the_same_manifest_comes_again(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    take_in(project, mo, manifest_folder, numbered(3))
    again = take_in(project, mo, manifest_folder, numbered(3))
    assert again.failure == "All these rows are in the project already: nothing was added."
    assert [outcome for outcome, _ in report(again).values()] == ["duplicate"] * 3
    assert "already there as “row 1” in the batch “Monday”" in report(again)["row 1"][1]
    assert Task.objects.count() == 3


def test_it_takes_the_same_key_or_the_same_images_and_prompt_for_the_same_task(
    project: Project, mo: User, otto: User, manifest_folder: Path
) -> None:
    rows: list[Cells] = [
        {"key": "1", "image": "a.png", "prompt": "cat"},
        {"key": "1", "image": "b.png", "prompt": "dog"},
        {"key": "2", "image": "a.png", "prompt": "cat"},
        {"key": "3", "image": "a.png", "prompt": "dog"},
        {"key": "4", "image": ["a.png", "b.png"], "prompt": "cat"},
    ]
    found = report(take_in(project, mo, manifest_folder, rows))
    assert {row: outcome for row, (outcome, _) in found.items()} == {
        "row 2": "duplicate",
        "row 3": "duplicate",
    }
    assert "the key “1” in this import" in found["row 2"][1]
    assert "already there as “1” in this import" in found["row 3"][1]
    later = report(take_in(project, mo, manifest_folder, [{"key": "4", "image": "c.png"}]))
    assert "the key “4” in the batch “Monday”" in later["row 1"][1]
    elsewhere = take_in(Project.objects.get(slug="elsewhere"), otto, manifest_folder, rows)
    assert (elsewhere.work_state, elsewhere.tasks.count()) == (WorkState.DONE, 3)
    assert Image.objects.count() == 3


def test_it_knows_a_picture_that_came_as_a_file(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    batch = start_import(
        actor=mo,
        project=project,
        name="Files",
        source=Batch.Source.FOLDER,
        paths=[manifest_folder / "a.png"],
    )
    run(batch)
    rows: list[Cells] = [{"image": "a.png"}, {"image": "a.png", "prompt": "cat"}]
    found = report(take_in(project, mo, manifest_folder, rows))
    assert found == {"row 1": ("duplicate", found["row 1"][1])}
    assert "as “a.png” in the batch “Files”" in found["row 1"][1]


@pytest.mark.parametrize(
    ("step", "dies_in"),
    [("take_picture", n) for n in (1, 2, 3)]
    + [("_add_tasks", n) for n in (1, 2, 3, 4, 5)]
    + [("finish_import", 1)],
)
def test_it_goes_on_where_it_was_cut_off(
    project: Project,
    mo: User,
    manifest_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    dies_in: int,
) -> None:
    monkeypatch.setattr(manifest_import, "AT_ONCE", 2)
    write(
        manifest_folder, [{"image": f"{'abc'[n % 3]}.png", "prompt": f"{n // 2}"} for n in range(9)]
    )
    batch = start(project, mo, manifest_folder)
    calls: list[int] = []
    whole: Callable[..., Any] = getattr(manifest_import, step)

    def die(*args: Any) -> Any:
        calls.append(1)
        found = whole(*args)
        if len(calls) == dies_in:
            raise KeyboardInterrupt  # as a killed worker: nothing gets to clean up
        return found

    monkeypatch.setattr(manifest_import, step, die)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_import(batch.pk)
    Batch.objects.filter(pk=batch.pk).update(runs_until="2020-01-01T00:00Z")
    stored = Manifest.objects.get(batch=batch)
    assert stored.last_row == stored.rows_accepted == Task.objects.count()
    if step != "finish_import":
        assert stored.last_row < 9
        assert not Task.objects.exclude(state=Task.State.IMPORTING).exists()
    assert run(batch).work_state == WorkState.DONE
    assert Task.objects.filter(state=Task.State.OPEN).count() == 9
    assert (batch.tasks_open, report(batch)) == (9, {})
    assert sorted(Task.objects.values_list("key", flat=True)) == [f"row {n}" for n in range(1, 10)]


def test_it_goes_on_in_another_run_when_its_time_is_over(
    project: Project, mo: User, manifest_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_import, "AT_ONCE", 2)
    monkeypatch.setattr(manifest_import, "RUN_SECONDS", -1)
    write(manifest_folder, numbered(5))
    batch = start(project, mo, manifest_folder)
    for done in (2, 4, 5):
        assert (run(batch).work_state, batch.attempts) == (WorkState.WAITING, 0)
        assert Task.objects.filter(state=Task.State.IMPORTING).count() == done
    assert run(batch).work_state == WorkState.DONE
    assert Task.objects.filter(state=Task.State.OPEN).count() == 5
    assert run(batch).work_state == WorkState.DONE
    assert ActionLog.objects.filter(verb="batch:import").count() == 1


def test_it_leaves_off_where_another_run_has_taken_it_over(
    project: Project, mo: User, manifest_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(manifest_folder, numbered(3))
    batch = start(project, mo, manifest_folder)
    whole = intake.take_picture

    def overtaken(*args: Any) -> Image:
        Manifest.objects.filter(batch=batch).update(last_row=1)
        return whole(*args)

    monkeypatch.setattr(manifest_import, "take_picture", overtaken)
    assert run(batch).work_state == WorkState.WAITING
    assert not Task.objects.exists()


def test_it_says_when_the_manifest_was_changed_meanwhile(
    project: Project, mo: User, manifest_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_import, "AT_ONCE", 2)
    monkeypatch.setattr(manifest_import, "RUN_SECONDS", -1)
    write(manifest_folder, numbered(5))
    batch = run(start(project, mo, manifest_folder))
    write(manifest_folder, numbered(9))
    assert run(batch).work_state == WorkState.DONE
    assert list(report(batch)) == ["row 3"]
    assert "was changed while it was read" in report(batch)["row 3"][1]
    assert Task.objects.filter(state=Task.State.OPEN).count() == 2


def test_it_shows_what_came_before_a_manifest_breaks_off(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    (manifest_folder / "rows.json").write_text('[{"data": {"image": "a.png"}}, {"data": {"image"')
    batch = run(start(project, mo, manifest_folder, "rows.json"))
    assert batch.work_state == WorkState.DONE
    assert "Task 2 of the list is not valid JSON" in report(batch)["row 2"][1]
    assert Task.objects.get().state == Task.State.OPEN


def test_it_says_that_no_row_could_be_used(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    batch = take_in(project, mo, manifest_folder, [{"image": "none.png"}])
    assert batch.failure.startswith("None of these rows could be used.")


def test_it_says_that_the_manifest_is_gone_and_goes_on_once_it_is_back(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    path = write(manifest_folder, numbered(2))
    batch = start(project, mo, manifest_folder)
    path.rename(manifest_folder / "kept")
    for _ in range(3):
        run(batch)
    assert (batch.work_state, status_of(batch).can_be_retried) == (WorkState.FAILED, True)
    assert not report(batch)
    (manifest_folder / "kept").rename(path)
    retry_import(actor=mo, batch=batch)
    assert run(batch).work_state == WorkState.DONE
    assert Task.objects.filter(state=Task.State.OPEN).count() == 2


def test_it_reads_a_manifest_and_its_images_from_an_archive(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    archive = manifest_folder / "set.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.write(manifest_folder / "b.png", "set/b.png")
        bundle.writestr("set/metadata.csv", "file_name,text\nb.png,a cat\nc.png,none\n")
    batch = run(start(project, mo, archive, "set/metadata.csv"))
    assert Task.objects.get(batch=batch).prompt == "a cat"
    assert [row.name for row in batch.files.all()] == ["metadata.csv, row 3"]


def test_it_removes_what_was_uploaded_when_it_is_done(
    project: Project, mo: User, manifest_folder: Path, settings: Any
) -> None:
    upload = Path(settings.INCOMING_ROOT) / "upload"
    upload.parent.mkdir()
    manifest_folder.rename(upload)
    assert take_in(project, mo, upload, numbered(1)).work_state == WorkState.DONE
    assert not upload.exists()


def test_it_asks_as_many_questions_for_25_rows_as_for_one(
    project: Project, mo: User, manifest_folder: Path
) -> None:
    def count(rows: int, prompt: str) -> int:
        write(
            manifest_folder,
            [{**row, "prompt": f"{prompt} {row['prompt']}"} for row in numbered(rows)],
        )
        batch = start(project, mo, manifest_folder)
        with CaptureQueriesContext(connection) as queries:
            run(batch)
        assert Task.objects.filter(batch=batch).count() == rows
        return len(queries)

    take_in(project, mo, manifest_folder, numbered(1))
    assert count(1, "a") == count(25, "b")


def test_it_asks_as_many_questions_for_each_thousand_rows(
    project: Project, mo: User, manifest_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_import, "AT_ONCE", 5)

    def count(chunks: int, prompt: str) -> int:
        write(
            manifest_folder,
            [{"image": "a.png", "prompt": f"{prompt} {n}"} for n in range(5 * chunks)],
        )
        batch = start(project, mo, manifest_folder)
        with CaptureQueriesContext(connection) as queries:
            run(batch)
        return len(queries)

    count(1, "first")
    base, more = count(1, "one"), count(26, "many")
    assert (more - base) % 25 == 0
    each = (more - base) // 25
    assert count(2, "last") == base + each
