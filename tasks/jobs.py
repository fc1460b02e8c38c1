"""The background work of tasks: thin, an id in, safe to run twice."""

from collections.abc import Callable

from celery import shared_task

from evalhub.imaging.errors import Refused
from evalhub.work import GiveUpError, run_work, send, sweep_work, want_work
from tasks.adjusting import adjust_what_is_there
from tasks.changing import change_what_is_there
from tasks.drafts import remove_old_drafts
from tasks.follow_ups import follow_ups_behind, make_follow_up_tasks
from tasks.imports import fill_batch
from tasks.intake import make_all_renditions
from tasks.manifest_import import fill_from_manifest
from tasks.models import Adjustment, Batch, BatchChange, FollowUp, Image, Manifest
from tasks.uploads import remove_abandoned_uploads


@shared_task
def run_import(batch_id: int) -> None:
    """Import the files of a batch; a long import goes on in another run."""
    if import_once(batch_id):
        send(run_import, batch_id)


def import_once(batch_id: int, on_file: Callable[[], object] = lambda: None) -> bool:
    """Import a batch for one run, with calls in between; return whether it wants more."""
    broker_answers = True

    def want_renditions(image: Image) -> None:
        nonlocal broker_answers
        # A broker that is away is asked once, not for every image: the sweep sends the others.
        broker_answers = broker_answers and send(make_renditions, image.pk)

    has_manifest = Manifest.objects.filter(batch=batch_id).exists()
    fill = fill_from_manifest if has_manifest else fill_batch
    return run_work(Batch, batch_id, lambda batch: fill(batch, want_renditions, on_file))


@shared_task
def make_renditions(image_id: int) -> None:
    """Make every rendition of an image."""

    def make(image: Image) -> None:
        try:
            make_all_renditions(image)
        except Refused as refused:
            raise GiveUpError(refused.reason) from refused

    run_work(Image, image_id, make)


@shared_task
def make_follow_ups(follow_up_id: int) -> None:
    """Make the tasks by which a release has older work judged again."""
    run_work(FollowUp, follow_up_id, make_follow_up_tasks)


@shared_task
def adjust_tasks(adjustment_id: int) -> None:
    """Ask the tasks that are there for another number; a long adjustment goes on in another run."""
    if run_work(Adjustment, adjustment_id, adjust_what_is_there):
        send(adjust_tasks, adjustment_id)


@shared_task
def change_batch(change_id: int) -> None:
    """Change the tasks of a batch as a manager asked; a long change goes on in another run."""
    if run_work(BatchChange, change_id, change_what_is_there):
        send(change_batch, change_id)


@shared_task
def sweep() -> None:
    """Send again what is not done, catch up with judgments of older versions, clear away."""
    for follow_up_id in follow_ups_behind():
        want_work(FollowUp, make_follow_ups, follow_up_id)
    sweep_work(FollowUp, make_follow_ups)
    sweep_work(Adjustment, adjust_tasks)
    sweep_work(BatchChange, change_batch)
    sweep_work(Batch, run_import)
    sweep_work(Image, make_renditions)
    remove_abandoned_uploads()
    remove_old_drafts()
