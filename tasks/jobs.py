"""The background work of tasks: thin, an id in, safe to run twice."""

from celery import shared_task

from evalhub.work import GiveUpError, run_work, send, send_on_commit, sweep_work
from tasks.imaging.errors import Refused
from tasks.imports import fill_batch
from tasks.intake import make_all_renditions
from tasks.models import Batch, Image
from tasks.uploads import remove_abandoned_uploads


@shared_task
def run_import(batch_id: int) -> None:
    """Import the files of a batch; a long import goes on in another run."""

    def fill(batch: Batch) -> None:
        fill_batch(batch, lambda image: send_on_commit(make_renditions, image.pk))

    if run_work(Batch, batch_id, fill):
        send(run_import, batch_id)


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
def sweep() -> None:
    """Send imports and renditions again that are not done; clear away what no import needs."""
    sweep_work(Batch, run_import)
    sweep_work(Image, make_renditions)
    remove_abandoned_uploads()
