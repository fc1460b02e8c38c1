"""An export on the screen: it moves by itself while it is built, and is saved whole."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from evalhub.models import Project, User
from evalhub.work import WorkState
from reviews import jobs
from reviews.models import Export
from rubrics.models import RubricVersion
from tests import cast
from tests.browser.conftest import SignIn
from tests.reviews.scenes import judge

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_a_build_from_request_to_download_without_reloading(
    sign_in: SignIn, project: Project, version: RubricVersion, rosa: User, mo: User, tmp_path: Path
) -> None:
    cast.make_tasks(project, mo, 3)
    for _ in range(3):
        judge(rosa, project)
    page = sign_in(mo)
    page.goto(f"/projects/{project.slug}/exports/")
    page.get_by_role("button", name="New export").click()
    expect(page.get_by_text("Waiting for a worker to begin")).to_be_visible()
    expect(page.get_by_text("No worker is running.")).to_be_visible()
    export = Export.objects.get()
    Export.objects.update(work_state=WorkState.RUNNING, rows_expected=900, rows_written=500)
    expect(page.get_by_text("500 of 900 judgments written")).to_be_visible()
    listed = page.context.new_page()
    listed.goto(f"/projects/{project.slug}/exports/")
    expect(listed.get_by_text("Being built")).to_be_visible()

    Export.objects.update(work_state=WorkState.WAITING, attempts=0)
    jobs.build_export(export.pk)

    expect(listed.get_by_role("link", name="Download export 1")).to_be_visible()
    for shown in (page, listed):
        expect(shown.locator("[hx-trigger]")).to_have_count(0)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Download").click()
    saving.value.save_as(tmp_path / saving.value.suggested_filename)
    saved = tmp_path / "evalhub-photos-export-1.zip"
    export.refresh_from_db()
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == export.sha256
    assert zipfile.ZipFile(saved).read("judgments.jsonl").count(b"\n") == 3


def test_it_works_without_scripts(sign_in: SignIn, project: Project, mo: User) -> None:
    page = sign_in(mo, java_script_enabled=False)
    page.goto(f"/projects/{project.slug}/exports/")
    page.get_by_role("button", name="New export").click()
    jobs.build_export(Export.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Nobody had judged anything when it was built.")).to_be_visible()


def test_it_tries_a_failed_export_again(sign_in: SignIn, project: Project, mo: User) -> None:
    export = Export.objects.create(
        project=project,
        number=1,
        requested_by=mo,
        work_state=WorkState.FAILED,
        failure="OSError: no space left",
    )
    page = sign_in(mo)
    page.goto(export.get_absolute_url())
    expect(page.get_by_text("OSError: no space left")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Waiting for a worker to begin")).to_be_visible()
