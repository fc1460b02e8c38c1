"""The pages of datasets: who sees them, what they say in each state, and the download."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from evalhub.models import Heartbeat, Project, User
from evalhub.work import WorkState
from reviews.exports.bundle import bundle_path
from reviews.models import Export
from rubrics.models import RubricVersion
from tests import cast
from tests.reviews.scenes import judge

pytestmark = pytest.mark.django_db

ARCHIVE = b"PK\x05\x06" + bytes(18)


@pytest.fixture
def page(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


@pytest.fixture
def worker() -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now())


def make_export(project: Project, by: User, number: int = 1, **fields: Any) -> Export:
    return Export.objects.create(project=project, number=number, requested_by=by, **fields)


def make_built(project: Project, by: User, number: int = 1, **fields: Any) -> Export:
    """Make an export that is done, with a file in its place."""
    export = make_export(
        project,
        by,
        number,
        work_state=WorkState.DONE,
        finished_at=timezone.now(),
        file_name=f"evalhub-{project.slug}-export-{number}.zip",
        bytes=len(ARCHIVE),
        sha256=hashlib.sha256(ARCHIVE).hexdigest(),
        **fields,
    )
    bundle_path(export).parent.mkdir(parents=True, exist_ok=True)
    bundle_path(export).write_bytes(ARCHIVE)
    return export


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def list_of(project: Project) -> str:
    return reverse("exports", args=[project.slug])


def download_of(export: Export) -> str:
    return reverse("export-download", args=[export.project.slug, export.number])


@pytest.mark.parametrize(
    ("name", "status"),
    [("mo", 200), ("lena", 403), ("ada", 403), ("rosa", 403), ("otto", 404), (None, 302)],
)
def test_it_is_for_managers_alone(
    client: Client,
    project: Project,
    mo: User,
    request: pytest.FixtureRequest,
    name: str | None,
    status: int,
) -> None:
    export = make_built(project, mo)
    if name:
        client.force_login(request.getfixturevalue(name))
    for path in (list_of(project), export.get_absolute_url(), download_of(export)):
        response: Any = client.get(path)
        assert response.status_code == status
        if response.streaming:
            assert b"".join(response) == ARCHIVE
    if name != "mo":
        assert client.post(list_of(project)).status_code == status
        assert client.post(export.get_absolute_url()).status_code == status
        assert Export.objects.count() == 1


def test_it_answers_404_for_a_number_of_another_project(
    page: Client, project: Project, otto: User
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    export = make_built(elsewhere, otto)
    for path in (
        export.get_absolute_url(),
        download_of(export),
        reverse("export", args=[project.slug, 1]),
        reverse("export-download", args=[project.slug, 1]),
    ):
        assert page.get(path).status_code == 404


def test_it_says_what_an_export_is_where_there_is_none(page: Client, project: Project) -> None:
    words = text_of(page.get(list_of(project)))
    assert "No exports yet" in words
    assert "Nobody has judged anything yet." in words
    assert words.count("New export") == 1


def test_it_does_not_speak_of_missing_judgments_where_there_are_some(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    judge(rosa, project)
    assert "Nobody has judged" not in text_of(page.get(list_of(project)))


def test_it_begins_an_export_and_leads_to_its_page(page: Client, project: Project) -> None:
    response = page.post(list_of(project))
    export = Export.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        302,
        reverse("export", args=[project.slug, 1]),
    )
    again = page.post(list_of(project))
    assert again.headers["Location"] == export.get_absolute_url()
    assert Export.objects.count() == 1


def test_it_lists_the_newest_first_with_size_count_checksum_and_download(
    page: Client, project: Project, mo: User
) -> None:
    first = make_built(project, mo, rows_written=12_345)
    make_export(project, mo, 2, work_state=WorkState.FAILED, failure="no space")
    make_export(project, mo, 3, work_state=WorkState.RUNNING, rows_expected=900, rows_written=500)
    words = text_of(page.get(list_of(project)))
    assert words.index("Export 3<") < words.index("Export 2<") < words.index("Export 1<")
    assert "12,345" in words
    assert "22 bytes" in words
    assert first.sha256[:12] in words
    assert f'href="{download_of(first)}"' in words
    assert words.count("Download<") == 1
    assert "500 of 900" in words
    assert "Failed" in words


def test_it_asks_for_the_list_again_only_while_one_is_being_built(
    page: Client, project: Project, mo: User
) -> None:
    make_built(project, mo)
    assert "hx-trigger" not in text_of(page.get(list_of(project)))
    make_export(project, mo, 2)
    assert 'hx-select="#export-list"' in text_of(page.get(list_of(project)))


def test_it_pages_by_number_and_takes_nonsense_calmly(
    page: Client, project: Project, mo: User
) -> None:
    Export.objects.bulk_create(
        Export(project=project, number=n, requested_by=mo, work_state=WorkState.FAILED)
        for n in range(1, 31)
    )
    first = text_of(page.get(list_of(project)))
    assert ("Export 30<" in first, "Export 6<" in first, "Export 5<" in first) == (
        True,
        True,
        False,
    )
    assert 'href="?before=6"' in first
    older = text_of(page.get(list_of(project), {"before": "6"}))
    assert ("Export 5<" in older, "Export 6<" in older, "Older" in older) == (True, False, False)
    assert "No older exports" in text_of(page.get(list_of(project), {"before": "1"}))
    for nonsense in ("x", "-1", "9" * 40, "²"):
        response = page.get(list_of(project), {"before": nonsense, "ordering": "sha256"})
        assert (response.status_code, "Export 30<" in text_of(response)) == (200, True)


def test_it_needs_as_many_queries_for_25_exports_as_for_one(
    page: Client, project: Project, mo: User
) -> None:
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            page.get(list_of(project))
        return len(queries)

    make_built(project, mo)
    first = count_queries()
    for number in range(2, 26):
        make_built(project, cast.make_user(f"manager{number}"), number)
    assert count_queries() == first <= 10


def test_it_shows_how_far_a_build_is_and_asks_again(
    page: Client, project: Project, mo: User, worker: None
) -> None:
    export = make_export(project, mo)
    words = text_of(page.get(export.get_absolute_url()))
    assert "Waiting for a worker to begin" in words
    assert 'hx-trigger="every 2s"' in words
    assert "No worker is running" not in words
    Export.objects.update(work_state=WorkState.RUNNING, rows_expected=2000, rows_written=500)
    part = page.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    words = text_of(part)
    assert words.startswith('<section id="export-status"')
    assert "<strong>500</strong> of 2,000 judgments written" in words
    assert '<progress class="meter" max="2000" value="500"' in words
    assert "HX-Request" in part.headers["Vary"]


def test_it_says_when_no_worker_is_alive(page: Client, project: Project, mo: User) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=10))
    export = make_export(project, mo)
    for path in (list_of(project), export.get_absolute_url()):
        assert "No worker is running." in text_of(page.get(path))


def test_it_shows_a_finished_export_with_its_checksum_and_asks_no_more(
    page: Client, project: Project, mo: User
) -> None:
    export = make_built(project, mo, rows_written=3)
    words = text_of(page.get(export.get_absolute_url()))
    assert export.sha256 in words
    assert export.file_name in words
    assert "hx-trigger" not in words
    assert "No judgments." not in words


def test_it_says_in_words_that_an_export_is_empty(page: Client, project: Project, mo: User) -> None:
    export = make_built(project, mo)
    assert "Nobody had judged anything when it was built." in text_of(
        page.get(export.get_absolute_url())
    )


def test_it_says_why_an_export_failed_and_tries_again_when_asked(
    page: Client, project: Project, mo: User
) -> None:
    export = make_export(project, mo, work_state=WorkState.FAILED, failure="OSError: <no> space")
    words = text_of(page.get(export.get_absolute_url()))
    assert "OSError: &lt;no&gt; space" in words
    assert "Try again" in words
    assert "csrfmiddlewaretoken" in words
    response = page.post(export.get_absolute_url())
    assert response.headers["Location"] == export.get_absolute_url()
    export.refresh_from_db()
    assert export.work_state == WorkState.WAITING


def test_it_sends_the_file_to_be_saved(page: Client, project: Project, mo: User) -> None:
    export = make_built(project, mo)
    response = page.get(download_of(export))
    assert b"".join(response.streaming_content) == ARCHIVE  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Length"] == str(len(ARCHIVE))
    assert (
        response.headers["Content-Disposition"]
        == 'attachment; filename="evalhub-photos-export-1.zip"'
    )
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_it_lets_nginx_send_the_file_where_it_is_told_to(
    page: Client, project: Project, mo: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ACCEL_PREFIX, settings.DATA_DIR = "/protected/", tmp_path
    settings.EXPORT_ROOT = tmp_path / "exports of ours"
    export = make_built(project, mo)
    response = page.get(download_of(export))
    assert response.content == b""
    assert response.headers["X-Accel-Redirect"] == (
        f"/protected/exports%20of%20ours/{project.pk}/evalhub-photos-export-1.zip"
    )
    bundle_path(export).unlink()
    assert page.get(download_of(export)).status_code == 302


@pytest.mark.parametrize("state", [WorkState.WAITING, WorkState.RUNNING, WorkState.FAILED])
def test_it_gives_no_file_before_it_is_whole(
    page: Client, project: Project, mo: User, state: WorkState
) -> None:
    export = make_built(project, mo)
    Export.objects.update(work_state=state)
    response = page.get(download_of(export), follow=True)
    assert response.redirect_chain == [(export.get_absolute_url(), 302)]
    assert "This export is not built yet." in text_of(response)


def test_it_says_what_to_do_when_the_file_is_gone(page: Client, project: Project, mo: User) -> None:
    export = make_built(project, mo)
    bundle_path(export).unlink()
    response = page.get(download_of(export), follow=True)
    assert "The file is not on the server any more. Make a new export." in text_of(response)


def test_it_changes_nothing_by_looking(page: Client, project: Project, mo: User) -> None:
    export = make_export(project, mo, work_state=WorkState.FAILED, failure="no space")
    before = Export.objects.values().get()
    for path in (list_of(project), export.get_absolute_url(), download_of(export)):
        page.get(path)
    assert Export.objects.values().get() == before
