"""The page of a batch: progress while it is filled, what was left out, and a second try."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from evalhub.models import Heartbeat, Project, Role, User
from evalhub.work import WorkState
from tasks import batches, jobs
from tasks.actions import start_import
from tasks.models import Batch, Image, ImportFile
from tests import cast

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, a copy of one, and a text."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, name in enumerate(["a.png", "b.png"]):
        Pillow.new("RGB", (40, 30), (number, 120, 60)).save(folder / name)
    (folder / "c.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "=notes().txt").write_text("These are notes, not a picture.")
    return folder


@pytest.fixture
def batch(project: Project, mo: User, folder: Path) -> Batch:
    """An import that waits for a worker."""
    return start_import(
        actor=mo, project=project, name="Monday", source=Batch.Source.FOLDER, paths=[folder]
    )


@pytest.fixture
def page(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


def fill(batch: Batch) -> None:
    """Do the worker's part: the import, and the renditions of its images."""
    jobs.run_import(batch.pk)
    for image in Image.objects.all():
        jobs.make_renditions(image.pk)


def make_failed(project: Project, by: User, **fields: Any) -> Batch:
    fields = {"work_state": WorkState.FAILED, "failure": "The disk was full."} | fields
    return Batch.objects.create(
        project=project, name="B", source=Batch.Source.UPLOAD, created_by=by, **fields
    )


def leave_out(batch: Batch, count: int, outcome: str = "refused") -> None:
    ImportFile.objects.bulk_create(
        ImportFile(batch=batch, name=f"{n}.txt", path=str(n), outcome=outcome, reason="No.")
        for n in range(count)
    )


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def report_of(batch: Batch) -> str:
    return reverse("batch-report", args=[batch.project.slug, batch.pk])


def test_it_waits_for_a_worker_and_says_so(page: Client, batch: Batch) -> None:
    words = text_of(page.get(batch.get_absolute_url()))
    assert "Waiting for a worker to begin" in words
    assert "No worker is running." in words
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "No worker is running." not in text_of(page.get(batch.get_absolute_url()))


def test_it_shows_how_far_the_import_is(page: Client, batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(work_state=WorkState.RUNNING, is_listed=True)
    leave_out(batch, 3)
    batch.files.create(name="w.png", path="w")
    words = text_of(page.get(batch.get_absolute_url()))
    assert "<strong>3</strong> of 4 files looked at" in words
    assert '<progress class="meter" max="4" value="3"' in words
    assert "<dt>Refused</dt><dd>3</dd>" in words
    assert "<dt>Waiting</dt><dd>1</dd>" in words


def test_it_asks_for_itself_again_as_long_as_it_goes_on(page: Client, batch: Batch) -> None:
    path = batch.get_absolute_url()
    waiting = page.get(path, headers=HTMX)
    words = text_of(waiting)
    assert words.startswith("<section")
    assert f'hx-get="{path}?importing" hx-swap="outerHTML" hx-trigger="every 2s"' in words
    assert "HX-Request" in waiting.headers["Vary"]
    jobs.run_import(batch.pk)
    part = text_of(page.get(path, headers=HTMX))
    assert "Renditions are made of <strong>0</strong> of 2 images" in part
    assert f'hx-get="{path}" ' in part
    for image in Image.objects.all():
        jobs.make_renditions(image.pk)
    part = text_of(page.get(path, headers=HTMX))
    assert "Renditions are made of <strong>2</strong> of 2 images" in part
    assert "hx-get" not in part


def test_it_loads_the_page_anew_when_there_is_a_report_to_show(page: Client, batch: Batch) -> None:
    path = f"{batch.get_absolute_url()}?importing"
    assert "HX-Refresh" not in page.get(path, headers=HTMX).headers
    fill(batch)
    assert page.get(path, headers=HTMX).headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in page.get(path).headers


def test_it_lists_what_was_left_out_with_its_reason(page: Client, batch: Batch) -> None:
    fill(batch)
    response = page.get(batch.get_absolute_url())
    words = text_of(response)
    assert "2 images can be judged." in words
    assert [row.name for row in response.context["left_out"]] == ["=notes().txt", "c.png"]
    assert "This is a text file, not a picture." in words
    assert "The same picture is already there as “a.png” in this import." in words
    for outcome, count in (("Accepted", 2), ("Duplicate", 1), ("Refused", 1)):
        assert f"<dt>{outcome}</dt><dd>{count}</dd>" in words


def test_it_sends_the_report_of_every_file_as_csv(page: Client, batch: Batch) -> None:
    fill(batch)
    response: Any = page.get(report_of(batch))
    assert response.streaming
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="photos-batch')
    head, *rows = csv.reader(io.StringIO(b"".join(response).decode(), newline=""))
    assert head == ["file", "outcome", "reason", "sha256"]
    assert [(row[0], row[1]) for row in rows] == [
        ("'=notes().txt", "refused"),
        ("a.png", "accepted"),
        ("b.png", "accepted"),
        ("c.png", "duplicate"),
    ]
    assert rows[1][3] == rows[3][3] == Image.objects.get(tasks__key="a.png").sha256
    assert rows[0][3] == ""


def test_it_shows_what_was_left_out_page_after_page(
    page: Client, project: Project, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 2)
    batch = make_failed(project, mo)
    leave_out(batch, 4)
    path, query, seen = batch.get_absolute_url(), "", []
    for expected in (2, 2):
        response = page.get(f"{path}{query}")
        rows = response.context["left_out"]
        assert len(rows) == expected
        seen += [row.name for row in rows]
        query = f"?after={response.context['next_after']}"
    assert seen == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert query == "?after=None"


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=1e3", "after=" + "9" * 40, "o=1"])
def test_it_ignores_what_it_does_not_understand(
    page: Client, project: Project, mo: User, query: str
) -> None:
    batch = make_failed(project, mo)
    leave_out(batch, 1)
    response = page.get(f"{batch.get_absolute_url()}?{query}")
    assert [row.name for row in response.context["left_out"]] == ["0.txt"]


def test_it_goes_on_with_a_stopped_import_when_a_manager_asks(
    page: Client, project: Project, mo: User
) -> None:
    batch = make_failed(project, mo, is_listed=True)
    batch.files.create(name="w.png", path="w")
    leave_out(batch, 1)
    words = text_of(page.get(batch.get_absolute_url()))
    assert "The import stopped." in words
    assert "The disk was full." in words
    assert "It goes on where it stopped" in words
    assert page.post(batch.get_absolute_url()).status_code == 302
    batch.refresh_from_db()
    assert (batch.work_state, batch.failure) == (WorkState.WAITING, "")


def test_it_offers_no_second_try_where_it_could_not_end_otherwise(
    page: Client, project: Project, mo: User, lena: User
) -> None:
    batch = make_failed(project, mo, is_listed=True, failure="None of these files could be used.")
    leave_out(batch, 1)
    words = text_of(page.get(batch.get_absolute_url()))
    assert "Nothing was added." in words
    assert "Import other files" in words
    assert "Try again" not in words
    page.force_login(lena)
    assert "A manager of the project can import other files." in text_of(
        page.get(batch.get_absolute_url())
    )


def test_it_lets_nobody_but_a_manager_try_again(
    client: Client, project: Project, mo: User, lena: User, otto: User
) -> None:
    batch = make_failed(project, mo)
    for person, status in ((lena, 403), (otto, 404)):
        client.force_login(person)
        assert client.post(batch.get_absolute_url()).status_code == status
    batch.refresh_from_db()
    assert batch.has_failed


def test_it_names_the_images_that_could_not_be_prepared(page: Client, batch: Batch) -> None:
    fill(batch)
    Image.objects.filter(tasks__key="b.png").update(
        work_state=WorkState.FAILED, failure="It takes too long to open."
    )
    words = text_of(page.get(batch.get_absolute_url()))
    assert "1 image could not be prepared in full." in words
    assert "b.png: It takes too long to open." in words
    assert "hx-get" not in words


def test_it_shows_a_batch_that_came_without_files(page: Client, project: Project, mo: User) -> None:
    [task] = cast.make_tasks(project, mo)
    words = text_of(page.get(task.batch.get_absolute_url()))
    assert "1 image can be judged." in words
    assert "Report as CSV" not in words


@pytest.mark.parametrize(
    ("name", "status"),
    [("mo", 200), ("lena", 200), ("ada", 403), ("rosa", 403), ("otto", 404), (None, 302)],
)
def test_it_is_for_managers_and_leads(
    client: Client,
    batch: Batch,
    request: pytest.FixtureRequest,
    name: str | None,
    status: int,
) -> None:
    if name:
        client.force_login(request.getfixturevalue(name))
    for path in (batch.get_absolute_url(), report_of(batch)):
        response: Any = client.get(path)
        assert response.status_code == status
        b"".join(response)


def test_it_answers_404_for_a_batch_of_another_project(
    page: Client, project: Project, mo: User, otto: User
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    theirs = make_failed(elsewhere, otto)
    cast.join(elsewhere, mo, Role.EVALUATOR)
    for name in ("batch", "batch-report"):
        assert page.get(reverse(name, args=[project.slug, theirs.pk])).status_code == 404
        assert page.get(reverse(name, args=[elsewhere.slug, theirs.pk])).status_code == 403
    assert page.post(reverse("batch", args=[project.slug, theirs.pk])).status_code == 404


def test_it_asks_as_many_questions_for_25_files_as_for_one(
    page: Client, project: Project, mo: User
) -> None:
    def count(files: int, images: int) -> int:
        batch = make_failed(project, mo)
        leave_out(batch, files)
        for task in cast.make_tasks(project, mo, count=images):
            task.batch = batch
            task.save(update_fields=["batch"])
        with CaptureQueriesContext(connection) as queries:
            page.get(batch.get_absolute_url())
        return len(queries)

    assert count(1, 1) == count(25, 25)
