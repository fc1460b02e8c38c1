"""What a real worker makes of judgments and exports, from the submit to the page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evalhub.models import Project, User
from evalhub.work import send
from reviews import jobs
from reviews.actions import request_export
from reviews.agreement.terms import Level
from reviews.exports.bundle import bundle_path
from reviews.models import AgreementResult, AgreementRun, Audit, Export
from rubrics.models import RubricVersion
from tasks.actions import raise_flag
from tasks.models import FlagKind, Judgment
from tests import cast
from tests.reviews.agreement_data import summary_of
from tests.reviews.bundles import Bundle
from tests.reviews.scenes import judge
from tests.services.processes import wait_until
from tests.services.worker import running_worker

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_it_computes_agreement_as_judgments_arrive_and_builds_the_export(
    client: Client,
    project: Project,
    version: RubricVersion,
    rosa: User,
    ravi: User,
    mo: User,
    settings: Settings,
    tmp_path: Path,
) -> None:
    cast.make_tasks(project, mo, 12, judgments_per_task=2)
    levels = [(1 + n % 5, 1 + (n + n % 3 // 2) % 5) for n in range(12)]
    with running_worker(tmp_path, settings):
        for person, column in ((rosa, 0), (ravi, 1)):
            for row in levels:
                judge(person, project, quality=row[column])
        newest = Judgment.objects.latest("pk").pk
        wait_until(
            lambda: AgreementResult.objects.filter(watermark=newest).exists(),
            "the agreement on all judgments is stored",
        )
        client.force_login(mo)
        started = client.post(f"/projects/{project.slug}/exports/")
        wait_until(lambda: Export.objects.get().is_done, "the export is built")
        page = client.get(started.headers["Location"])
        assert b"Download" in page.content
    stored = AgreementResult.objects.get()
    expected = summary_of(
        [[float(one), float(other)] for one, other in levels],
        level=Level(stored.measurement),
        categories=[1.0, 2.0, 3.0, 4.0, 5.0],
    )
    assert (stored.n_judgments, stored.status) == (24, "ok_preliminary")
    assert stored.alpha == pytest.approx(expected.alpha, abs=1e-12)
    export = Export.objects.get()
    bundle = Bundle(bundle_path(export))
    assert (bundle.sha256, bundle.manifest["counts"]["scores"]) == (export.sha256, 24)


def test_it_catches_up_by_the_sweep_with_what_was_never_sent(
    project: Project,
    version: RubricVersion,
    rosa: User,
    mo: User,
    settings: Settings,
    tmp_path: Path,
) -> None:
    """The broker is down while people work; then it is back, and the beat sends one sweep."""
    project.audit_rate = 0.0
    project.save(update_fields=["audit_rate"])
    cast.make_tasks(project, mo)
    judgment = judge(rosa, project)
    raise_flag(actor=mo, task=judgment.task, kind=FlagKind.POLICY, note="A face")
    request_export(actor=mo, project=project)
    long_ago = timezone.now() - timedelta(minutes=5)
    AgreementRun.objects.update(sent_at=long_ago)
    Export.objects.update(sent_at=long_ago)
    with running_worker(tmp_path, settings):
        assert send(jobs.sweep)
        wait_until(lambda: Export.objects.get().is_done, "the export is built")
        wait_until(lambda: AgreementRun.objects.get().is_done, "the agreement is computed")
    assert Audit.objects.get().judgment == judgment
    assert AgreementResult.objects.get().status == "no_pairable_values"
