"""An export is killed again and again."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from pathlib import Path

import psutil
from django.utils import timezone

from evalhub.models import User
from evalhub.work import WorkState, send
from reviews import jobs
from reviews.actions import record_judgment, request_export, retry_export
from reviews.exports.bundle import bundle_folder, bundle_path
from reviews.models import AgreementRun, Export
from tests import cast
from tests.faults.client import Person
from tests.faults.house import House
from tests.faults.scene import Scene, timed
from tests.reviews.bundles import Bundle
from tests.services.processes import family, wait_until

KILLS = 20
TASKS = 60


def ft11(house: House) -> str:
    """SIGKILL the worker's child at random moments of one export, then let it be built."""
    scene = Scene.make(house, tasks=TASKS, evaluators=2, judgments_per_task=2)
    for evaluator in scene.evaluators:
        for number in range(TASKS):
            _judge(evaluator, scene, quality=1 + number % 5)
    worker = house.start_worker()
    # What is exported must be the same each time: the agreement is computed before.
    assert send(jobs.sweep)
    wait_until(AgreementRun.objects.filter(work_state=WorkState.DONE).exists, "agreement is there")
    undisturbed = request_export(actor=scene.manager, project=scene.project)
    seconds, _ = timed(lambda: wait_until(lambda: _is_done(undisturbed), "the first is built"))
    undisturbed.refresh_from_db()
    export = request_export(actor=scene.manager, project=scene.project)
    chance = random.Random(11)
    within = 0
    with house.web():
        manager = Person(house.address, scene.manager.username)
        manager.sign_in()
        while within < KILLS:
            _wait_until_begun(export)
            time.sleep(chance.uniform(0, seconds))
            _kill_child(worker.pid)
            export.refresh_from_db()
            if export.is_done:  # the build was faster: another one
                export = request_export(actor=scene.manager, project=scene.project)
                continue
            within += 1
            _assert_nothing_partial(export, manager)
            _begin_again(export, scene)
        wait_until(lambda: _is_done(export), "the export is built in the end")
    export.refresh_from_db()
    folder = bundle_folder(scene.project)
    assert not list(folder.glob(".*")), f"left behind: {list(folder.glob('.*'))}"
    bundle = Bundle(bundle_path(export))
    assert export.sha256 == bundle.sha256 == undisturbed.sha256, "the bytes differ"
    return f"killed {KILLS} times in its run of {seconds:.1f} s, nothing partial, the same sha256"


def _judge(evaluator: User, scene: Scene, **values: int) -> None:
    """Judge as the page does: what follows a judgment, the agreement, is wanted as well."""
    held = cast.claim(evaluator, scene.project)
    record_judgment(
        actor=evaluator,
        assignment=held,
        answers=cast.answer(held.version, values),
        submit_key=held.submit_key,
    )


def _assert_nothing_partial(export: Export, manager: Person) -> None:
    shown = {path.name for path in bundle_folder(export.project).glob("*")} - _work_folders(export)
    finished = Export.objects.filter(project=export.project, work_state=WorkState.DONE)
    names = set(finished.values_list("file_name", flat=True))
    # One that was renamed and not noted yet is whole: it is replaced by the same bytes.
    for name in shown - names:
        whole = Bundle(Path(bundle_folder(export.project)) / name)
        assert whole.manifest["counts"]["judgments"] == TASKS * 2, f"{name} is not whole"
    download = f"/projects/photos/exports/{export.number}/download/"
    assert manager.get(download).status != 200, "an export that is not done can be downloaded"


def _work_folders(export: Export) -> set[str]:
    return {path.name for path in bundle_folder(export.project).glob(".building-*")}


def _begin_again(export: Export, scene: Scene) -> None:
    """Let the time pass after which a killed run is taken up, and the lead retry a failed one."""
    long_ago = timezone.now() - timedelta(hours=1)
    Export.objects.filter(pk=export.pk).update(runs_until=long_ago, sent_at=long_ago)
    assert send(jobs.sweep)
    wait_until(lambda: _is_running(export) or _has_ended(export), "it was taken up again")
    export.refresh_from_db()
    if export.has_failed:
        retry_export(actor=scene.manager, export=export)


def _kill_child(worker: int) -> None:
    """Kill the child that runs the jobs, by its id; the worker starts another one."""
    [child] = psutil.Process(worker).children()
    for process in family(child.pid):
        process.kill()
    wait_until(
        lambda: [one.pid for one in psutil.Process(worker).children()] not in ([], [child.pid]),
        "the worker has a new child",
    )


def _wait_until_begun(export: Export) -> None:
    wait_until(lambda: _is_running(export) or _is_done(export), "a build has begun")


def _is_running(export: Export) -> bool:
    running = Export.objects.filter(pk=export.pk, work_state=WorkState.RUNNING)
    return running.filter(runs_until__gt=timezone.now()).exists()


def _is_done(export: Export) -> bool:
    return Export.objects.filter(pk=export.pk, work_state=WorkState.DONE).exists()


def _has_ended(export: Export) -> bool:
    ended = [WorkState.DONE, WorkState.FAILED]
    return Export.objects.filter(pk=export.pk, work_state__in=ended).exists()
