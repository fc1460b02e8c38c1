"""Asking for an export: who may, which number it gets, and what a killed or failed one leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from evalhub.models import ActionLog, Project, User
from evalhub.work import WorkState
from reviews import jobs
from reviews.actions import request_export, retry_export
from reviews.exports.bundle import bundle_folder, bundle_path
from reviews.models import Export
from rubrics.models import RubricVersion
from tests import cast
from tests.reviews.bundles import build, finish
from tests.reviews.scenes import judge
from tests.services.database import database_url
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timezone.now() - timedelta(hours=1)
# The moments of tests.reviews.dying_build.
FIRST_PART, IN_THE_MIDDLE, BEFORE_RENAMING, AFTER_RENAMING = 1, 6, 16, 17


@pytest.fixture
def judged(project: Project, version: RubricVersion, rosa: User, mo: User) -> Project:
    cast.make_tasks(project, mo, 2)
    for _ in range(2):
        judge(rosa, project)
    return project


def build_and_die(export: Export, moment: int, settings: Settings) -> None:
    """Let a process of its own build `export` and be killed; then let its lease run out."""
    arguments = (str(export.pk), str(settings.EXPORT_ROOT), str(moment))
    died = subprocess.run(
        [sys.executable, "-m", "tests.reviews.dying_build", *arguments],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
        },
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    export.refresh_from_db()
    assert (export.work_state, export.sha256) == (WorkState.RUNNING, "")
    Export.objects.update(runs_until=LONG_AGO)


def files_of(project: Project) -> list[Path]:
    return sorted(bundle_folder(project).iterdir())


def test_it_begins_the_next_numbered_export_and_logs_it(judged: Project, mo: User) -> None:
    build(judged, mo)
    second = request_export(actor=mo, project=judged)
    assert (second.number, second.requested_by, second.work_state) == (2, mo, "waiting")
    entries = ActionLog.objects.filter(verb="export:request", actor=mo).order_by("pk")
    assert [entry.after["number"] for entry in entries] == [1, 2]


def test_it_counts_each_project_on_its_own(judged: Project, otto: User, mo: User) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    first, other = (
        request_export(actor=mo, project=judged),
        request_export(actor=otto, project=elsewhere),
    )
    assert (first.number, other.number) == (1, 1)


@pytest.mark.parametrize("name", ["rosa", "ada", "lena", "otto"])
def test_it_is_for_managers_of_the_project_alone(
    judged: Project, mo: User, request: pytest.FixtureRequest, name: str
) -> None:
    person: User = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        request_export(actor=person, project=judged)
    export = request_export(actor=mo, project=judged)
    Export.objects.update(work_state=WorkState.FAILED)
    with pytest.raises(PermissionDenied):
        retry_export(actor=person, export=export)


def test_it_returns_the_one_that_is_being_built(judged: Project, mo: User) -> None:
    first = request_export(actor=mo, project=judged)
    assert request_export(actor=mo, project=judged) == first
    Export.objects.update(work_state=WorkState.RUNNING)
    assert request_export(actor=mo, project=judged) == first
    assert ActionLog.objects.filter(verb="export:request").count() == 1


def test_it_makes_one_export_of_many_requests_at_once(judged: Project, mo: User) -> None:
    found = at_once([lambda: request_export(actor=mo, project=judged).pk] * 8)
    assert len(set(found)) == Export.objects.count() == 1


def test_it_writes_how_far_it_is(judged: Project, mo: User) -> None:
    build(judged, mo)
    export = Export.objects.get()
    assert (export.rows_written, export.rows_expected) == (2, 2)
    assert export.file_name == "evalhub-photos-export-1.zip"
    assert files_of(judged) == [bundle_path(export)]


def test_it_gives_the_same_bytes_for_the_same_snapshot(judged: Project, mo: User) -> None:
    first = build(judged, mo)
    Export.objects.update(work_state=WorkState.WAITING)
    again = finish(Export.objects.get())
    another = build(judged, mo)
    assert first.content == again.content == another.content


def test_it_builds_a_finished_export_only_once(judged: Project, mo: User) -> None:
    build(judged, mo)
    export = Export.objects.get()
    bundle_path(export).unlink()
    jobs.build_export(export.pk)
    assert files_of(judged) == []


def test_it_builds_the_same_after_it_was_killed(
    judged: Project, mo: User, settings: Settings
) -> None:
    undisturbed = build(judged, mo)
    export = Export.objects.get()
    bundle_path(export).unlink()
    Export.objects.update(work_state=WorkState.WAITING, sha256="", attempts=0)
    build_and_die(export, IN_THE_MIDDLE, settings)
    assert not list(bundle_folder(judged).glob("*.zip"))
    assert finish(export).sha256 == undisturbed.sha256
    assert files_of(judged) == [bundle_path(export)]


def test_it_leaves_nothing_of_a_build_that_is_killed_again_and_again(
    judged: Project, mo: User, settings: Settings
) -> None:
    export = request_export(actor=mo, project=judged)
    for moment in (FIRST_PART, BEFORE_RENAMING, AFTER_RENAMING):
        build_and_die(export, moment, settings)
        whole = moment == AFTER_RENAMING  # a whole archive, which no row tells of yet
        assert bool(list(bundle_folder(judged).glob("*.zip"))) is whole
    jobs.build_export(export.pk)
    export.refresh_from_db()
    assert (export.work_state, export.failure) == (
        "failed",
        "The worker stopped each time it tried this.",
    )
    finish(retry_export(actor=mo, export=export))
    assert [path.name for path in files_of(judged)] == ["evalhub-photos-export-1.zip"]


def test_it_keeps_the_reason_of_a_failure_and_tries_again_when_asked(
    judged: Project, mo: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EXPORT_ROOT.write_text("a file where the folder should be")
    export = request_export(actor=mo, project=judged)
    for _ in range(3):
        jobs.build_export(export.pk)
    export.refresh_from_db()
    assert export.has_failed
    assert "File exists" in export.failure or "Not a directory" in export.failure
    settings.EXPORT_ROOT.unlink()
    again = retry_export(actor=mo, export=export)
    assert (again.work_state, again.failure, again.number) == ("waiting", "", 1)
    finish(again)
    assert ActionLog.objects.filter(verb="export:retry", actor=mo).count() == 1


def test_it_does_not_build_a_good_export_again(judged: Project, mo: User) -> None:
    build(judged, mo)
    assert retry_export(actor=mo, export=Export.objects.get()).is_done
    assert not ActionLog.objects.filter(verb="export:retry").exists()


def test_it_is_sent_again_by_the_sweep_until_the_broker_takes_it(
    judged: Project, mo: User, caplog: pytest.LogCaptureFixture
) -> None:
    export = request_export(actor=mo, project=judged)
    Export.objects.update(sent_at=LONG_AGO)
    jobs.sweep()
    assert f"could not send reviews.jobs.build_export({export.pk},)" in caplog.text
    export.refresh_from_db()
    assert (export.work_state, export.sent_at) == ("waiting", LONG_AGO)
