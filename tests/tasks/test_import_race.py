"""The same pictures from several sides at once: stored once, and one task in each project."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PIL import Image as Pillow

from evalhub.models import Project, User
from evalhub.work import WorkState
from tasks import jobs
from tasks.actions import start_import
from tasks.models import Batch, Image, ImportFile, Task
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = 4
IMPORTS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(PICTURES):
        Pillow.new("RGB", (60, 40), (40 * number, 120, 60)).save(folder / f"{number}.png")
    return folder


def start(project: Project, manager: User, folder: Path) -> Batch:
    return start_import(
        actor=manager, project=project, name="Race", source=Batch.Source.FOLDER, paths=[folder]
    )


def test_it_adds_one_task_for_a_picture_that_comes_several_times_at_once(
    project: Project, mo: User, folder: Path
) -> None:
    batches = [start(project, mo, folder) for _ in range(IMPORTS)]
    at_once(partial(jobs.run_import, batch.pk) for batch in batches)
    assert Image.objects.count() == Task.objects.count() == PICTURES
    outcomes = sorted(ImportFile.objects.values_list("outcome", flat=True))
    assert outcomes == ["accepted"] * PICTURES + ["duplicate"] * PICTURES * (IMPORTS - 1)


def test_it_keeps_one_image_for_two_projects_that_import_it_at_once(
    project: Project, mo: User, otto: User, folder: Path
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    batches = [start(project, mo, folder), start(elsewhere, otto, folder)]
    at_once(partial(jobs.run_import, batch.pk) for batch in batches)
    assert Image.objects.count() == PICTURES
    assert Task.objects.filter(state=Task.State.OPEN).count() == 2 * PICTURES
    assert set(Batch.objects.values_list("work_state", flat=True)) == {WorkState.DONE}


def test_it_is_taken_by_one_of_several_workers_that_get_the_same_message(
    project: Project, mo: User, folder: Path
) -> None:
    batch = start(project, mo, folder)
    at_once(partial(jobs.run_import, batch.pk) for _ in range(IMPORTS))
    batch.refresh_from_db()
    assert (batch.work_state, batch.attempts) == (WorkState.DONE, 1)
    assert Task.objects.filter(state=Task.State.OPEN).count() == PICTURES
