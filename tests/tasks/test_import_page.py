"""The page that takes pictures in: what it keeps, what it refuses and in which words."""

from __future__ import annotations

import errno
import io
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import FakePayload, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image as Pillow
from pytest_django import Settings

from evalhub.models import Project, User
from tasks import jobs, uploads
from tasks.models import Batch, Task


def picture(shade: int = 0, name: str = "a.png") -> SimpleUploadedFile:
    stored = io.BytesIO()
    Pillow.new("RGB", (40, 30), (shade, 120, 60)).save(stored, "PNG")
    return SimpleUploadedFile(name, stored.getvalue(), content_type="image/png")


def zipped(**members: bytes) -> SimpleUploadedFile:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        for name, content in members.items():
            bundle.writestr(name.replace("_", "."), content)
    return SimpleUploadedFile("set.zip", archive.getvalue())


def page_of(project: Project) -> str:
    return reverse("import", args=[project.slug])


def send(client: Client, project: Project, *files: SimpleUploadedFile, name: str = "B") -> Any:
    return client.post(page_of(project), {"name": name, "pictures": files})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def send_body(client: Client, project: Project, body: FakePayload, announced: int) -> Any:
    """Post a body of which only the head is known beforehand."""
    environ: Any = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": announced,
        "wsgi.input": body,
    }
    return client.generic("POST", page_of(project), **environ)


class BrokenBody(FakePayload):
    """A body that ends before it was read, and knows whether anybody tried."""

    is_read = False

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        self.is_read = True
        raise OSError("connection reset")


class WatchedBody(FakePayload):
    """A body that knows how much of it was read, and in which pieces."""

    read_bytes = largest_read = 0

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        return self._note(super().read(*args, **kwargs))

    def readline(self, *args: Any, **kwargs: Any) -> bytes:
        return self._note(super().readline(*args, **kwargs))

    def _note(self, piece: bytes) -> bytes:
        self.read_bytes += len(piece)
        self.largest_read = max(self.largest_read, len(piece))
        return piece


def kept_files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.INCOMING_ROOT).rglob("*") if path.is_file()]


@pytest.fixture
def page(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


def test_it_imports_files_and_archives(page: Client, project: Project, settings: Settings) -> None:
    archive = zipped(inside_png=picture(1).read(), notes_txt=b"Hello")
    response = send(page, project, picture(), archive, name="Monday")
    batch = Batch.objects.get()
    assert response.headers["Location"] == batch.get_absolute_url()
    assert (batch.name, batch.source) == ("Monday", Batch.Source.UPLOAD)
    jobs.run_import(batch.pk)
    tasks = Task.objects.filter(project=project, state=Task.State.OPEN)
    assert set(tasks.values_list("key", flat=True)) == {"a.png", "set.zip/inside.png"}
    assert not list(Path(settings.INCOMING_ROOT).iterdir())


def test_it_names_a_batch_that_was_given_no_name(page: Client, project: Project) -> None:
    assert 'value="Batch 1"' in text_of(page.get(page_of(project)))
    send(page, project, picture(), name="  ")
    assert Batch.objects.get().name == "Batch 1"
    assert 'value="Batch 2"' in text_of(page.get(page_of(project)))


def test_it_keeps_files_of_one_name_apart(page: Client, project: Project) -> None:
    send(page, project, picture(1), picture(2), picture(3))
    jobs.run_import(Batch.objects.get().pk)
    assert set(Task.objects.values_list("key", flat=True)) == {
        "a.png", "a (2).png", "a (3).png",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../escaped.png", "escaped.png"),
        ("C:\\photos\\sea.png", "sea.png"),
        (".hidden.png", "hidden.png"),
        ("...", "file"),
        ("Zürich — 東京 🌅.png", "Zürich — 東京 🌅.png"),
        ("<script>.png", "<script>.png"),
        ("東" * 120 + ".png", "東" * 60 + ".png"),
        ("x." + "y" * 200, "x." + "y" * 19),
    ],
)
def test_it_keeps_the_name_of_a_file_and_never_its_way(
    page: Client, project: Project, settings: Settings, given: str, kept: str
) -> None:
    send(page, project, picture(name=given))
    [path] = kept_files(settings)
    assert path.name == kept
    [folder] = Path(settings.INCOMING_ROOT).iterdir()
    assert path.parent == folder
    assert path.stat().st_mode & 0o777 == settings.FILE_UPLOAD_PERMISSIONS


def test_it_never_holds_a_file_in_memory(
    page: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(files: Any) -> Any:
        seen.extend(files)
        return uploads.kept_uploads(files)

    monkeypatch.setattr("tasks.views.imports.kept_uploads", look)
    send(page, project, picture())
    assert [type(file) for file in seen] == [uploads.IncomingFile]
    assert not Path(seen[0].temporary_file_path()).exists()


@pytest.mark.parametrize("data", [{}, {"name": "B"}, {"name": "B", "pictures": "no file"}])
def test_it_says_what_is_missing(page: Client, project: Project, data: dict[str, str]) -> None:
    response = page.post(page_of(project), data)
    assert response.status_code == 422
    assert "Choose one or more pictures, or a ZIP of pictures." in text_of(response)
    assert not Batch.objects.exists()


def test_it_keeps_the_name_that_was_typed(page: Client, project: Project) -> None:
    assert 'value="Tuesday"' in text_of(page.post(page_of(project), {"name": "Tuesday"}))


def test_it_leaves_an_empty_file_to_the_report(page: Client, project: Project) -> None:
    send(page, project, SimpleUploadedFile("empty.png", b""), picture())
    batch = Batch.objects.get()
    jobs.run_import(batch.pk)
    assert "The file is empty." in batch.files.get(name="empty.png").reason


def test_it_refuses_more_bytes_than_allowed_in_words(
    page: Client, project: Project, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 3000
    three = [SimpleUploadedFile(f"{n}.png", bytes(1200)) for n in range(3)]
    response = send(page, project, *three, name="Large")
    assert response.status_code == 413
    assert "These files are over 2.9 KB together" in text_of(response)
    assert 'value="Large"' in text_of(response)
    assert not Batch.objects.exists()
    assert kept_files(settings) == []
    assert send(page, project, *[picture(), picture(9)]).status_code == 302


def test_it_writes_nothing_of_what_is_announced_as_too_large(
    page: Client, project: Project, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    monkeypatch.setattr(uploads, "FORM_BYTES", 1000)
    monkeypatch.setattr(uploads, "IncomingFile", None)
    response = send(page, project, SimpleUploadedFile("big.png", bytes(5000)))
    assert response.status_code == 413
    assert not Batch.objects.exists()


def test_it_reads_what_is_too_much_to_its_end_in_small_pieces(
    page: Client, project: Project, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    one_line = SimpleUploadedFile("zeros.png", bytes(500_000))
    sent = encode_multipart("x", {"name": "B", "pictures": one_line})
    body = WatchedBody(sent)
    response = send_body(page, project, body, announced=len(sent))
    assert response.status_code == 413
    assert body.read_bytes == len(sent)
    assert body.largest_read <= 64 * 1024


def test_it_refuses_more_files_than_allowed_in_words(
    page: Client, project: Project, settings: Settings
) -> None:
    settings.UPLOAD_MAX_FILES = 2
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    response = send(page, project, *(picture(n) for n in range(4)))
    assert response.status_code == 413
    assert "These are more than 2 files" in text_of(response)
    assert "Put them in a ZIP" in text_of(response)
    assert not Batch.objects.exists()
    assert kept_files(settings) == []


def test_it_says_that_the_disk_is_full(
    page: Client, project: Project, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads.IncomingFile, "write", full, raising=False)
    response = send(page, project, picture())
    assert response.status_code == 413
    assert "There is no room left on the server" in text_of(response)


def test_it_says_that_the_connection_was_cut_off(
    page: Client, project: Project, settings: Settings
) -> None:
    body = BrokenBody()
    response = send_body(page, project, body, announced=500)
    assert body.is_read
    assert "The connection was cut off" in text_of(response)
    assert kept_files(settings) == []


def test_it_leaves_no_file_where_the_import_does_not_begin(
    page: Client, project: Project, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**given: Any) -> Batch:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("tasks.views.imports.start_import", fail)
    with pytest.raises(RuntimeError):
        send(page, project, picture())
    assert list(Path(settings.INCOMING_ROOT).iterdir()) == []


def test_it_asks_for_the_token_of_the_form(project: Project, mo: User, settings: Settings) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mo)
    assert send(client, project, picture()).status_code == 403
    assert not Batch.objects.exists()
    assert kept_files(settings) == []
    page = client.get(page_of(project))
    token = page.context["csrf_token"]
    sent = {"csrfmiddlewaretoken": str(token), "name": "B", "pictures": picture()}
    assert client.post(page_of(project), sent).status_code == 302


@pytest.mark.parametrize(
    ("name", "status"),
    [("lena", 403), ("ada", 403), ("rosa", 403), ("otto", 404), (None, 302)],
)
def test_it_turns_others_away_before_they_have_sent_anything(
    project: Project, request: pytest.FixtureRequest, name: str | None, status: int
) -> None:
    client = Client(enforce_csrf_checks=True)
    if name:
        client.force_login(request.getfixturevalue(name))
    assert client.get(page_of(project)).status_code == status
    client.cookies["csrftoken"] = "a" * 32
    body = BrokenBody()
    assert send_body(client, project, body, announced=10**12).status_code == status
    assert not body.is_read
    assert not Batch.objects.exists()


def test_it_ignores_what_the_form_does_not_ask_for(
    page: Client, project: Project, mo: User, otto: User
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    forged = {"project": elsewhere.pk, "created_by": otto.pk, "work_state": "done", "source": "x"}
    page.post(page_of(project), {"name": "B", "pictures": picture(), **forged})
    batch = Batch.objects.get()
    assert (batch.project, batch.created_by) == (project, mo)
    assert (batch.work_state, batch.source) == ("waiting", "upload")


def test_it_asks_as_many_questions_whatever_the_number_of_batches(
    page: Client, project: Project, mo: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page.get(page_of(project))
        return len(queries)

    with_none = count()
    Batch.objects.bulk_create(
        Batch(project=project, name=str(n), source="upload", created_by=mo) for n in range(25)
    )
    assert count() == with_none


@pytest.fixture
def abandoned(settings: Settings) -> Path:
    """Files that a killed process left behind two days ago."""
    folder = Path(settings.INCOMING_ROOT) / "abandoned"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"x")
    (folder.parent / ".upload-abandoned").write_bytes(b"x")
    for path in (folder, folder.parent / ".upload-abandoned"):
        os.utime(path, (time.time() - 2 * 86_400,) * 2)
    return folder


def test_it_clears_away_what_no_import_needs(
    page: Client, project: Project, settings: Settings, abandoned: Path
) -> None:
    send(page, project, picture())
    [needed] = [path.parent for path in kept_files(settings) if path.name == "a.png"
                and path.parent != abandoned]  # fmt: skip
    os.utime(needed, (time.time() - 2 * 86_400,) * 2)
    young = abandoned.parent / ".upload-young"
    young.write_bytes(b"x")
    jobs.sweep()
    assert sorted(abandoned.parent.iterdir()) == sorted([needed, young])
