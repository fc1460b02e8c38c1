"""The job that makes renditions: again and again the same, and set aside when it cannot succeed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from evalhub.imaging.errors import DecoderDied, Refused
from evalhub.imaging.staging import PREFIX
from evalhub.models import Project, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks import jobs
from tasks.actions import start_import
from tasks.intake import take_picture
from tasks.models import Batch, Image, Task
from tests import cast
from tests.pictures import cornered, encoded

pytestmark = pytest.mark.django_db

LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def batch(project: Project, mo: User, tmp_path: Path) -> Batch:
    """An import of one picture that is done; the renditions are not."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    noise = np.random.default_rng(3).integers(0, 256, (90, 120, 3), np.uint8)
    Pillow.fromarray(noise).save(folder / "noise.jpg")
    batch = start_import(
        actor=mo, project=project, name="Monday", source=Batch.Source.FOLDER, paths=[folder]
    )
    jobs.run_import(batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.fixture
def image(batch: Batch) -> Image:
    return Image.objects.get(tasks__batch=batch)


def folder_of(image: Image) -> Path:
    return Path(default_storage.path(image.renditions.get(kind="thumbnail").key)).parent


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(image: Image) -> None:
        raise error

    monkeypatch.setattr(jobs, "make_all_renditions", fail)


def test_it_makes_the_same_renditions_however_often_it_is_run(image: Image) -> None:
    jobs.make_renditions(image.pk)
    first = set(image.renditions.values_list("pk", "kind", "key", "sha256"))
    assert {kind for _, kind, _, _ in first} == {"thumbnail", "screen", "full"}
    for made in folder_of(image).iterdir():
        made.write_bytes(b"damaged")
    Image.objects.update(work_state=WorkState.WAITING)
    jobs.make_renditions(image.pk)
    assert set(image.renditions.values_list("pk", "kind", "key", "sha256")) == first
    for rendition in image.renditions.all():
        with default_storage.open(rendition.key) as file:
            assert hashlib.sha256(file.read()).hexdigest() == rendition.sha256


def test_it_stores_what_was_measured_and_finds_the_same_again(image: Image) -> None:
    assert image.measured == {}
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    first = image.measured
    assert first["jpeg_quality"] == 75
    assert first["sharpness"] > 1000
    Image.objects.update(work_state=WorkState.WAITING, measured={})
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert (image.work_state, image.measured) == (WorkState.DONE, first)


def test_it_does_nothing_for_an_image_that_has_its_renditions(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.make_renditions(image.pk)
    fail_with(monkeypatch, AssertionError("it was made again"))
    jobs.make_renditions(image.pk)
    jobs.make_renditions(image.pk + 1000)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == (WorkState.DONE, 1)


def test_it_leaves_an_image_alone_that_another_worker_has(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())  # as a killed worker: nothing gets to clean up
    with pytest.raises(KeyboardInterrupt):
        jobs.make_renditions(image.pk)
    monkeypatch.undo()
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == (WorkState.RUNNING, 1)
    assert image.runs_until is not None
    assert image.runs_until > timezone.now()


def leave_half(folder: Path) -> None:
    """Leave what a killed worker does: a folder with part of a file."""
    left = folder / f"{PREFIX}left"
    left.mkdir(parents=True)
    (left / "full.jpg").write_bytes(b"half of a pic")


def test_it_removes_what_a_killed_worker_left_half_made(image: Image) -> None:
    leave_half(folder_of(image))
    jobs.make_renditions(image.pk)
    assert sorted(path.name for path in folder_of(image).iterdir()) == [
        "full.jpg",
        "screen.webp",
        "thumbnail.webp",
    ]


def test_it_removes_an_original_that_was_left_half_stored(db: None) -> None:
    content = encoded(cornered(), "PNG")
    name = hashlib.sha256(content).hexdigest()
    folder = Path(default_storage.path(f"originals/{name[:2]}"))
    leave_half(folder)
    image = take_picture(content)
    assert [path.name for path in folder.iterdir()] == [f"{name}.png"]
    with default_storage.open(image.key) as file:
        assert file.read() == content


def test_it_is_set_aside_when_three_workers_died_of_it_and_the_lead_sees_why(
    batch: Batch, image: Image, lena: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            jobs.make_renditions(image.pk)
        Image.objects.update(runs_until=LONG_AGO, sent_at=LONG_AGO)
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == (WorkState.FAILED, 3)
    client.force_login(lena)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "1 image could not be prepared in full." in page
    assert "noise.jpg: The worker stopped each time it tried this." in page


def test_it_gives_up_at_once_where_the_file_is_at_fault(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, Refused("The picture is damaged."))
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert (image.work_state, image.attempts, image.failure) == (
        WorkState.FAILED,
        1,
        "The picture is damaged.",
    )


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), DecoderDied("The decoder stopped.")]
)
def test_it_tries_again_what_the_machine_may_be_at_fault_for_and_the_task_can_be_judged(
    project: Project,
    version: RubricVersion,
    image: Image,
    rosa: User,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    fail_with(monkeypatch, error)
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert image.work_state == WorkState.WAITING
    assert str(error) in image.failure
    assert cast.judge(rosa, project).judgment is not None
    monkeypatch.undo()
    jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert (image.work_state, image.failure) == (WorkState.DONE, "")


def test_it_says_so_when_the_stored_file_is_gone(image: Image) -> None:
    default_storage.delete(image.key)
    for _ in range(3):
        jobs.make_renditions(image.pk)
    image.refresh_from_db()
    assert image.work_state == WorkState.FAILED
    assert "No such file" in image.failure
    assert Task.objects.get(images=image).state == Task.State.OPEN
