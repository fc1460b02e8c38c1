from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Project, User
from tasks import jobs
from tasks.models import Batch, ImportFile, Task


def picture(shade: int = 0, name: str = "a.png") -> SimpleUploadedFile:
    stored = io.BytesIO()
    Pillow.new("RGB", (40, 30), (shade, 120, 60)).save(stored, "PNG")
    return SimpleUploadedFile(name, stored.getvalue(), content_type="image/png")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, project: Project, *files: SimpleUploadedFile, name: str = "B") -> Any:
    return client.post(f"/projects/{project.slug}/import/", {"pictures": files, "name": name})


def test_it_imports_files_and_archives_from_the_page(
    project: Project, mo: User, settings: Any
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("inside.png", picture(1).read())
        bundle.writestr("notes.txt", "Hello")
    client = as_user(mo)
    files = (picture(), SimpleUploadedFile("set.zip", archive.getvalue()))
    response = send(client, project, *files)
    batch = Batch.objects.get()
    assert response.headers["Location"] == batch.get_absolute_url()
    jobs.run_import(batch.pk)
    assert set(Task.objects.filter(state="open").values_list("key", flat=True)) == {
        "a.png",
        "set.zip/inside.png",
    }
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "2 images can be judged." in page
    assert "notes.txt" in page
    assert not list(Path(settings.INCOMING_ROOT).iterdir())


def test_it_keeps_two_files_of_one_name(project: Project, mo: User) -> None:
    send(as_user(mo), project, picture(1), picture(2))
    jobs.run_import(Batch.objects.get().pk)
    assert set(Task.objects.values_list("key", flat=True)) == {"a.png", "2 a.png"}


def test_it_never_lets_a_file_name_lead_out_of_the_folder(
    project: Project, mo: User, settings: Any
) -> None:
    send(as_user(mo), project, picture(name="../../escaped.png"))
    [kept] = [path for path in Path(settings.INCOMING_ROOT).rglob("*") if path.is_file()]
    assert kept.name == "escaped.png"


def test_it_says_what_is_missing(project: Project, mo: User) -> None:
    response = as_user(mo).post(f"/projects/{project.slug}/import/", {"name": ""})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose one or more pictures, or a ZIP of pictures." in page
    assert not Batch.objects.exists()


def test_it_refuses_more_than_the_limit(project: Project, mo: User, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    big = SimpleUploadedFile("big.png", b"\x89PNG" + bytes(2000))
    response = send(as_user(mo), project, big)
    assert response.status_code == 413
    assert "Send them in several imports" in response.content.decode()
    assert not Batch.objects.exists()


def test_it_asks_for_the_forms_token(project: Project, mo: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mo)
    assert send(client, project, picture()).status_code == 403
    assert not Batch.objects.exists()


@pytest.mark.parametrize("path", ["import/", "batches/{}/", "batches/{}/report.csv"])
def test_it_is_closed_to_other_roles_and_to_strangers(
    project: Project, mo: User, rosa: User, ada: User, otto: User, path: str
) -> None:
    batch = Batch.objects.create(project=project, name="B", source="upload", created_by=mo)
    url = f"/projects/{project.slug}/{path.format(batch.pk)}"
    assert [as_user(user).get(url).status_code for user in (mo, rosa, ada, otto)] == [
        200,
        403,
        403,
        404,
    ]


def test_it_shows_progress_while_it_runs_and_says_when_no_worker_does(
    project: Project, mo: User
) -> None:
    client = as_user(mo)
    send(client, project, picture())
    batch = Batch.objects.get()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Waiting for a worker to begin" in page
    assert "No worker is running." in page
    part = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'hx-trigger="every 2s"' in part


def test_it_goes_on_with_a_failed_import_when_asked(project: Project, mo: User, lena: User) -> None:
    send(as_user(mo), project, SimpleUploadedFile("a.txt", b"Only text in here."))
    batch = Batch.objects.get()
    jobs.run_import(batch.pk)
    page = as_user(mo).get(batch.get_absolute_url()).content.decode()
    assert "None of these files could be used." in page
    assert as_user(lena).post(batch.get_absolute_url()).status_code == 403
    as_user(mo).post(batch.get_absolute_url())
    batch.refresh_from_db()
    assert batch.work_state == "waiting"


def test_its_report_is_inert_in_a_spreadsheet(project: Project, mo: User) -> None:
    send(as_user(mo), project, SimpleUploadedFile("=1+1.png", b"no picture, but text"))
    batch = Batch.objects.get()
    jobs.run_import(batch.pk)
    response = as_user(mo).get(f"{batch.get_absolute_url()}report.csv")
    text = b"".join(response).decode()
    head, row = list(csv.reader(io.StringIO(text)))
    assert head == ["file", "outcome", "reason"]
    assert row[0] == "'=1+1.png"
    assert row[1] == "refused"


def test_it_takes_as_many_queries_for_25_refused_files_as_for_one(
    project: Project, mo: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    batch = Batch.objects.create(
        project=project, name="B", source="upload", created_by=mo, work_state="failed"
    )
    client = as_user(mo)

    def add(count: int) -> None:
        ImportFile.objects.bulk_create(
            ImportFile(batch=batch, name="x", path=str(n), outcome="refused", reason="No.")
            for n in range(ImportFile.objects.count(), count)
        )

    add(1)
    with django_assert_num_queries(13):
        client.get(batch.get_absolute_url())
    add(25)
    with django_assert_num_queries(13):
        client.get(batch.get_absolute_url())
