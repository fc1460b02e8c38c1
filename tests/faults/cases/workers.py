"""A worker is killed at its work, or has no room for what it makes."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Pillow

from evalhub.imaging import sandbox
from evalhub.imaging.renditions import render
from evalhub.imaging.staging import PREFIX
from evalhub.work import WorkState, send, want_work
from reviews import jobs as review_jobs
from reviews.models import AgreementResult, AgreementRun
from tasks import jobs
from tasks.actions import start_import
from tasks.models import Batch, Image
from tests import cast
from tests.faults.house import House
from tests.faults.scene import Scene
from tests.services.processes import wait_until

ROOM = 32 * 1024  # bytes that a file may have where there is no room


def ft3(house: House) -> str:
    """SIGKILL a worker in a rendition, then one in an agreement run."""
    scene = Scene.make(house, tasks=12, evaluators=2, judgments_per_task=2)
    _kill_in_rendition(house, scene)
    _kill_in_agreement(house, scene)
    return "both done again at the second attempt, with equal results and no temporary file"


def _kill_in_rendition(house: House, scene: Scene) -> None:
    worker = house.start_worker()
    image = _import_noise(house, scene, side=3000)
    wait_until(lambda: _state(image) == WorkState.RUNNING and any(_rendering()), "it is rendering")
    house.kill(worker)
    image.refresh_from_db()
    assert (image.work_state, image.attempts) == (WorkState.RUNNING, 1), "it was not killed within"
    assert any(_rendering()), "it was not killed while it was writing"
    Image.objects.filter(pk=image.pk).update(runs_until=_long_ago(), sent_at=_long_ago())
    worker = house.start_worker()
    assert send(jobs.sweep)
    wait_until(lambda: _state(image) == WorkState.DONE, "the renditions are made")
    house.stop(worker)
    image.refresh_from_db()
    assert image.attempts == 2, f"{image.attempts} attempts"
    assert not list(_left_over()), f"left behind: {list(_left_over())}"
    undisturbed = render(Path(default_storage.path(image.key)), house.folder / "undisturbed")
    sandbox.shared.close()
    made = {one.sha256 for one in image.renditions.all()}
    assert {one.sha256 for one in undisturbed} == made, "the renditions differ"


def _kill_in_agreement(house: House, scene: Scene) -> None:
    for number, person in enumerate(scene.evaluators):
        for task in range(12):
            cast.judge(person, scene.project, quality=1 + (task + number * (task % 2)) % 5)
    run = AgreementRun.objects.create(version=scene.version)
    worker = house.start_worker()
    # Whoever reads the scores waits here: the worker is killed in the midst of its run.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tasks_score IN ACCESS EXCLUSIVE MODE")
        assert send(review_jobs.compute_agreement, run.pk)
        wait_until(_somebody_waits, "the worker reads the scores")
        house.kill(worker)
    assert not AgreementResult.objects.exists(), "a run that was killed has left a result"
    run.refresh_from_db()
    assert (run.work_state, run.attempts) == (WorkState.RUNNING, 1), "it was not killed within"
    AgreementRun.objects.update(runs_until=_long_ago(), sent_at=_long_ago())
    worker = house.start_worker()
    assert send(review_jobs.sweep)
    wait_until(lambda: AgreementRun.objects.get().is_done, "the agreement is computed")
    after_kill = _figures()
    AgreementResult.objects.all().delete()
    want_work(AgreementRun, review_jobs.compute_agreement, run.pk)
    wait_until(lambda: AgreementRun.objects.get().is_done, "it is computed undisturbed")
    assert _figures() == after_kill, "the figures differ"
    house.stop(worker)


def ft9(house: House) -> str:
    """There is no room for renditions: a limit on the size of the worker's files stands for it."""
    scene = Scene.make(house, tasks=0, evaluators=1, judgments_per_task=1)
    image = _import_noise(house, scene, side=900, by_worker=False)
    house.broker.stop()  # with the message: there is no worker yet, and room would be for it
    house.broker.start()
    before = _files()
    worker = house.start_worker()
    house.limit_files(worker, ROOM)
    assert send(jobs.make_renditions, image.pk)
    waiting = Image.objects.filter(pk=image.pk, work_state=WorkState.WAITING)
    wait_until(waiting.filter(attempts=1).exists, "the first attempt has failed")
    Image.objects.update(sent_at=_long_ago())
    assert send(jobs.sweep)
    wait_until(waiting.filter(attempts=2).exists, "the second attempt has failed")
    image.refresh_from_db()
    assert os.strerror(errno.EFBIG) in image.failure, f"it failed for {image.failure!r}"
    assert _files() == before, f"a failed attempt leaves {_files() - before}"
    with house.web():
        [person] = scene.enter()
        page = person.must_work("photos")
        shown = person.get(f"/media/{image.pk}/thumbnail/")
        assert shown.status == 200, f"the picture answers {shown.status}"
        assert person.submit(page).is_stored, "the task cannot be judged"
    house.stop(worker)
    worker = house.start_worker()
    Image.objects.update(sent_at=_long_ago())
    assert send(jobs.sweep)
    wait_until(lambda: _state(image) == WorkState.DONE, "the renditions are made")
    house.stop(worker)
    kinds = set(image.renditions.values_list("kind", flat=True))
    assert kinds == {"thumbnail", "screen", "full"}, f"only {kinds}"
    assert not list(_left_over()), f"left behind: {list(_left_over())}"
    return "failed twice with its reason, no half file, judged meanwhile, made once there was room"


def _import_noise(house: House, scene: Scene, *, side: int, by_worker: bool = True) -> Image:
    """Import one picture that compresses badly; return its row once it is there."""
    folder = house.folder / f"noise{side}"
    folder.mkdir()
    noise = np.random.default_rng(7).integers(0, 256, (side, side, 3), np.uint8)
    Pillow.fromarray(noise).save(folder / "noise.png", compress_level=0)
    batch = start_import(
        actor=scene.manager,
        project=scene.project,
        name="Noise",
        source=Batch.Source.FOLDER,
        paths=[folder],
    )
    if not by_worker:
        jobs.import_once(batch.pk)
        sandbox.shared.close()
    wait_until(lambda: Image.objects.filter(tasks__batch=batch).exists(), "the picture is taken in")
    return Image.objects.get(tasks__batch=batch)


def _state(image: Image) -> str:
    return Image.objects.values_list("work_state", flat=True).get(pk=image.pk)


def _files() -> set[Path]:
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


def _left_over() -> Iterator[Path]:
    yield from Path(default_storage.path("")).rglob(".*")


def _rendering() -> Iterator[Path]:
    renditions = Path(default_storage.path("renditions"))
    yield from renditions.rglob(f"{PREFIX}*")


def _somebody_waits() -> bool:
    """Return whether anyone waits for the scores of this database; other cases have their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE NOT granted AND datname = current_database() "
            "AND relation = 'tasks_score'::regclass"
        )
        return bool(cursor.fetchone()[0])


def _figures() -> list[tuple[object, ...]]:
    fields = ("criterion", "measurement", "status", "n_judgments", "alpha", "watermark")
    return list(AgreementResult.objects.order_by("criterion").values_list(*fields))


def _long_ago() -> object:
    return timezone.now() - timedelta(hours=1)
