"""Imports and renditions by a real worker, and what is left when worker or broker fail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Pillow
from pytest_django import Settings

from evalhub.imaging import sandbox
from evalhub.imaging.renditions import render
from evalhub.imaging.staging import PREFIX
from evalhub.models import Project, User
from evalhub.work import WorkState, send
from tasks import jobs
from tasks.actions import start_import
from tasks.models import Batch, Image, Rendition, Task
from tests.services.processes import wait_until
from tests.services.worker import running_broker, running_worker

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

COUNT = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(COUNT):
        Pillow.new("RGB", (600, 400), (30 * number, 120, 60)).save(folder / f"{number}.jpg")
    return folder


@pytest.fixture
def slow_folder(tmp_path: Path) -> Path:
    """One picture of noise, whose renditions take long enough to be killed in."""
    folder = tmp_path / "slow"
    folder.mkdir()
    noise = np.random.default_rng(7).integers(0, 256, (4000, 4000, 3), np.uint8)
    Pillow.fromarray(noise).save(folder / "noise.png", compress_level=0)
    return folder


def start(project: Project, manager: User, folder: Path) -> Batch:
    return start_import(
        actor=manager, project=project, name="Monday", source=Batch.Source.FOLDER, paths=[folder]
    )


def wait_until_all_is_made(count: int) -> None:
    wait_until(lambda: Batch.objects.get().is_done, "the import is done")
    wait_until(
        lambda: Image.objects.filter(work_state=WorkState.DONE).count() == count,
        "all renditions are made",
    )


def left_over() -> Iterator[Path]:
    """Yield the temporary files and folders in the media folder."""
    yield from Path(settings.MEDIA_ROOT).rglob(".*")


def let_time_pass() -> None:
    """Make what was sent or begun look old enough for the sweep to take it up."""
    long_ago = timezone.now() - timedelta(hours=1)
    for model in (Batch, Image):
        model.objects.filter(work_state=WorkState.RUNNING).update(runs_until=long_ago)
        model.objects.update(sent_at=long_ago)


def test_it_imports_pictures_and_makes_their_renditions(
    project: Project, mo: User, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    with running_worker(tmp_path, settings):
        start(project, mo, folder)
        wait_until_all_is_made(COUNT)
    assert Task.objects.filter(state=Task.State.OPEN).count() == COUNT
    assert Rendition.objects.count() == 3 * COUNT
    for rendition in Rendition.objects.all():
        with default_storage.open(rendition.key) as file:
            assert hashlib.sha256(file.read()).hexdigest() == rendition.sha256
    assert list(left_over()) == []


def test_it_does_again_what_a_killed_worker_was_doing_and_leaves_nothing_behind(
    project: Project, mo: User, slow_folder: Path, settings: Settings, tmp_path: Path
) -> None:
    with running_worker(tmp_path, settings) as services:
        start(project, mo, slow_folder)
        wait_until(
            lambda: (
                Image.objects.filter(work_state=WorkState.RUNNING).exists()
                and any(path.name.startswith(PREFIX) for path in left_over())
            ),
            "the worker is making renditions",
        )
        services.kill_worker()
        killed = Image.objects.get()
        assert (killed.work_state, killed.attempts) == (WorkState.RUNNING, 1)
        assert any(path.name.startswith(PREFIX) for path in left_over())
        let_time_pass()
        services.start_worker()
        assert send(jobs.sweep)
        wait_until_all_is_made(1)
    image = Image.objects.get()
    assert image.attempts == 2
    assert list(left_over()) == []
    assert list(Path(settings.INCOMING_ROOT).glob("*")) == []
    undisturbed = render(Path(default_storage.path(image.key)), tmp_path / "undisturbed")
    sandbox.shared.close()
    assert {one.sha256 for one in undisturbed} == {one.sha256 for one in image.renditions.all()}


def test_it_goes_on_with_an_import_whose_worker_was_killed(
    project: Project, mo: User, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    with running_worker(tmp_path, settings) as services:
        batch = start(project, mo, folder)
        wait_until(lambda: Task.objects.filter(batch=batch).exists(), "the first task is there")
        services.kill_worker()
        assert not Task.objects.exclude(state=Task.State.IMPORTING).exists()
        let_time_pass()
        services.start_worker()
        assert send(jobs.sweep)
        wait_until_all_is_made(COUNT)
    assert Task.objects.filter(state=Task.State.OPEN).count() == COUNT
    assert set(batch.files.values_list("outcome", flat=True)) == {"accepted"}
    assert list(left_over()) == []


def test_it_loses_nothing_while_there_is_no_broker(
    project: Project, mo: User, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    batch = start(project, mo, folder)
    assert batch.work_state == WorkState.WAITING
    let_time_pass()
    with running_worker(tmp_path, settings):
        assert send(jobs.sweep)
        wait_until_all_is_made(COUNT)


def test_it_does_not_wait_for_a_broker_that_hangs(
    project: Project, mo: User, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    with running_broker(tmp_path, settings) as services:
        assert send(jobs.sweep), "a connection is open before the broker hangs"
        with services.hung_broker():
            batch = start(project, mo, folder)
            assert not send(jobs.sweep)
        assert Batch.objects.get(pk=batch.pk).work_state == WorkState.WAITING
        let_time_pass()
        services.start_worker()
        assert send(jobs.sweep)
        wait_until_all_is_made(COUNT)
