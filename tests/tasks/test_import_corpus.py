"""The corpus of awkward and hostile files through the whole import, to what people are sent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.test import Client

from evalhub.models import Project, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.actions import start_import
from tasks.models import Batch, Image, ImportFile, Rendition, Task
from tests import cast

pytestmark = pytest.mark.django_db

GENERATOR = Path(__file__).parents[1] / "tools" / "bad_images.py"
# What the corpus hides in its pictures, and what no file that is sent may hold.
PRIVATE = (
    b"PRIVATE PERSON",
    b"EvalhubCam",
    b"SecretModel",
    b"EVALHUB_XSS",
    b"PK\x03\x04",
    b"GPS",
    b"<script",
)
TAKEN_IN = {ImportFile.Outcome.ACCEPTED, ImportFile.Outcome.DUPLICATE}


class Expected(NamedTuple):
    path: Path
    verdict: str

    def allows(self, *, taken_in: bool) -> bool:
        return {
            "accept": taken_in,
            "normalize": taken_in,
            "reject": not taken_in,
            "either": True,
        }[self.verdict]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, GENERATOR, folder, "--quick"], check=True, capture_output=True)
    return folder


def expected_of(corpus: Path, folder: str) -> list[Expected]:
    manifest: list[dict[str, Any]] = json.loads((corpus / "MANIFEST.json").read_text())
    return [
        Expected(corpus / row["path"], row["expect"])
        for row in manifest
        if row["path"].startswith(f"{folder}/")
    ]


def import_files(project: Project, manager: User, *paths: Path) -> Batch:
    batch = start_import(
        actor=manager, project=project, name="Corpus", source=Batch.Source.FOLDER, paths=paths
    )
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    return batch


def test_it_ends_each_picture_as_the_manifest_expects(
    corpus: Path, project: Project, mo: User
) -> None:
    expected = expected_of(corpus, "images")
    batch = import_files(project, mo, *(one.path for one in expected))
    assert batch.work_state == WorkState.DONE
    rows = {Path(row.path): row for row in batch.files.all()}
    assert len(rows) == len(expected) > 90
    wrong = [
        f"{one.path.name!a}: {rows[one.path].outcome}, expected {one.verdict}"
        for one in expected
        if not one.allows(taken_in=rows[one.path].outcome in TAKEN_IN)
    ]
    assert wrong == []
    unexplained = [
        row.name
        for row in rows.values()
        if row.outcome != ImportFile.Outcome.ACCEPTED and not row.reason.endswith(".")
    ]
    assert unexplained == []
    accepted = [row for row in rows.values() if row.outcome == ImportFile.Outcome.ACCEPTED]
    assert Task.objects.filter(batch=batch, state=Task.State.OPEN).count() == len(accepted)
    keys = [image.key for image in Image.objects.all()]
    assert all(key.startswith("originals/") and key.isascii() for key in keys)


def test_it_ends_each_archive_as_the_manifest_expects_and_writes_nothing_elsewhere(
    corpus: Path, project: Project, mo: User
) -> None:
    def files_outside() -> set[Path]:
        media = Path(settings.MEDIA_ROOT)
        found = (path for path in corpus.parent.rglob("*") if path.is_file())
        return {path for path in found if not path.is_relative_to(media)}

    before = files_outside()
    wrong = []
    for one in expected_of(corpus, "archives"):
        Task.objects.all().delete()
        batch = import_files(project, mo, one.path)
        accepted = batch.files.filter(outcome=ImportFile.Outcome.ACCEPTED)
        explained = all(row.reason.endswith(".") for row in batch.files.exclude(reason=""))
        if not one.allows(taken_in=accepted.exists()) or not explained or batch.is_pending:
            wrong.append(f"{one.path.name}: {batch.work_state}, expected {one.verdict}")
    assert wrong == []
    assert files_outside() - before == set()
    assert not Path("/tmp/evalhub_escape.jpg").exists()  # noqa: S108 - where two of them aim


def test_it_sends_evaluators_nothing_private_that_a_picture_carried(
    corpus: Path, client: Client, project: Project, version: RubricVersion, mo: User, rosa: User
) -> None:
    carriers = [
        one.path
        for one in expected_of(corpus, "images")
        if any(private in one.path.read_bytes() for private in PRIVATE)
    ]
    assert len(carriers) > 8
    batch = import_files(project, mo, *carriers)
    for pk in Image.objects.values_list("pk", flat=True):
        jobs.make_renditions(pk)
    client.force_login(rosa)
    seen = []
    for _ in range(Task.objects.filter(batch=batch).count()):
        judgment = cast.judge(rosa, project).judgment
        assert judgment is not None
        for rendition in Rendition.objects.filter(image__tasks=judgment.task):
            response: Any = client.get(rendition.get_absolute_url())
            assert response.status_code == 200
            headers = repr(response.headers).encode()
            content = headers + b"".join(response)
            seen.append((judgment.task.key, rendition.kind, [p for p in PRIVATE if p in content]))
    assert len(seen) == 3 * Task.objects.filter(batch=batch).count() > 20
    assert [leak for leak in seen if leak[2]] == []
