"""A job for tests that need one by name."""

from celery import shared_task


@shared_task(name="tests.note_run")
def note_run(pk: int) -> None:
    """Do nothing with `pk`."""
