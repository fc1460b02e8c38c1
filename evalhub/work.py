"""Background work as rows: what is waiting, running, done or given up.

A message on the broker is only a hint that a row waits. A sweep sends again what still
waits, so losing the broker or a worker loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from threading import Event, Thread
from typing import Any, TypeVar

from celery import Task as CeleryJob
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# So long after its worker was killed a run counts as abandoned; the worker renews it before.
RUN_LEASE = timedelta(minutes=2)
RENEW_EVERY = 30.0  # seconds
RESEND_AFTER = timedelta(seconds=50)
SWEEP_AT_MOST = 500


class GiveUpError(Exception):
    """The work can never succeed; the message says why, and what to do, in plain words."""


class GoOnLaterError(Exception):
    """The work is too long for one run: it went well so far, and another run takes it on."""


class WorkState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Work(models.Model):
    """A row that a job must finish once."""

    work_state = models.CharField(
        max_length=10, choices=WorkState, default=WorkState.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    failure = models.TextField(blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    runs_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_done(self) -> bool:
        return self.work_state == WorkState.DONE

    @property
    def has_failed(self) -> bool:
        return self.work_state == WorkState.FAILED

    @property
    def is_pending(self) -> bool:
        return self.work_state in {WorkState.WAITING, WorkState.RUNNING}


Row = TypeVar("Row", bound=Work)


def begin_work(model: type[Row], pk: int) -> Row | None:
    """Take the waiting (or abandoned) row and count the attempt; None when there is nothing to do.

    The attempt is counted in its own commit, before the work: a row whose worker is
    killed three times is set aside with its reason instead of looping for ever.
    """
    with transaction.atomic():
        row = model._default_manager.select_for_update(no_key=True).filter(_due(), pk=pk).first()
        if row is None:
            return None
        if row.attempts >= MOST_ATTEMPTS:
            reason = row.failure or "The worker stopped each time it tried this."
            model._default_manager.filter(pk=pk).update(runs_until=None, **_failed(reason))
            return None
        row.work_state = WorkState.RUNNING
        row.attempts += 1
        row.save(update_fields=["work_state", "attempts"])
        model._default_manager.filter(pk=pk).update(runs_until=Now() + RUN_LEASE)
        return row


def run_work(model: type[Row], pk: int, do: Callable[[Row], None]) -> bool:
    """Run `do` on the row `pk` once, and record how it ended; return whether it wants to go on.

    `do` must be safe to run again after it was cut off anywhere. A GiveUpError sets the row
    aside at once, a GoOnLaterError leaves it waiting with its attempts forgotten; any other
    exception leaves it waiting for the next sweep, three times at most.
    """
    row = begin_work(model, pk)
    if row is None:
        return False
    try:
        with _renewing(row):
            do(row)
    except GiveUpError as error:
        _end_run(row, **_failed(str(error)))
    except GoOnLaterError:
        return _end_run(row, work_state=WorkState.WAITING, attempts=0, sent_at=Now())
    except Exception as error:
        logger.exception("%s %s failed at attempt %s", model.__name__, pk, row.attempts)
        failure = f"{type(error).__name__}: {error}"
        if row.attempts >= MOST_ATTEMPTS:
            _end_run(row, **_failed(failure))
        else:
            _end_run(row, work_state=WorkState.WAITING, failure=failure, sent_at=Now())
    else:
        _end_run(row, work_state=WorkState.DONE, failure="", finished_at=Now())
    return False


def renew_run(row: Work) -> bool:
    """Let the lease of a run last anew; return whether the row is still in this run's hands."""
    return bool(_in_hand(row).update(runs_until=Now() + RUN_LEASE))


def _end_run(row: Work, **changes: Any) -> bool:
    """Write how a run ended, where the row is still in its hands; return whether it was.

    It is not where it was wanted again meanwhile, or where another run took it over.
    """
    return bool(_in_hand(row).update(runs_until=None, **changes))


def _in_hand(row: Work) -> models.QuerySet[Any]:
    return type(row)._default_manager.filter(
        pk=row.pk, work_state=WorkState.RUNNING, attempts=row.attempts
    )


@contextmanager
def _renewing(row: Work) -> Iterator[None]:
    """Renew the run of `row` while the block runs, from a thread that dies with the worker."""
    is_over = Event()
    thread = Thread(target=_renew_until, args=(copy(row), is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _renew_until(row: Work, is_over: Event) -> None:
    """Renew the run of `row` now and then, with a connection of the thread's own."""
    while not is_over.wait(RENEW_EVERY):
        try:
            if not renew_run(row):
                return
        except DatabaseError as error:
            logger.warning(
                "could not renew the run of %s %s: %s", type(row).__name__, row.pk, error
            )
        finally:
            connection.close()


def want_work(model: type[Row], job: CeleryJob[Any, Any], pk: int) -> None:
    """Set the row `pk` waiting afresh and send its job once the transaction commits.

    A broker that does not answer never harms the caller: the next sweep sends the job.
    """
    rows = model._default_manager.filter(pk=pk)
    rows.update(
        work_state=WorkState.WAITING, attempts=0, failure="", runs_until=None, sent_at=Now()
    )

    def send_or_leave() -> None:
        if not send(job, pk):
            rows.update(sent_at=None)

    transaction.on_commit(send_or_leave, robust=True)


def send(job: CeleryJob[Any, Any], *args: int) -> bool:
    """Publish `job` within the bounded time of the settings; return whether the broker took it."""
    try:
        job.apply_async(args=args, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("could not send %s%s: %s", job.name, args, error)
        return False
    return True


def sweep_work(model: type[Row], job: CeleryJob[Any, Any]) -> int:
    """Send again, oldest first, what waits for longer than one sweep or was abandoned."""
    due = (
        model._default_manager.filter(_due())
        .filter(Q(sent_at=None) | Q(sent_at__lt=Now() - RESEND_AFTER))
        .order_by(F("sent_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[:SWEEP_AT_MOST]
    )
    sent = []
    for pk in due:
        if not send(job, pk):
            break
        sent.append(pk)
    model._default_manager.filter(pk__in=sent).update(sent_at=Now())
    return len(sent)


def _due() -> Q:
    return Q(work_state=WorkState.WAITING) | Q(work_state=WorkState.RUNNING, runs_until__lte=Now())


def _failed(reason: str) -> dict[str, Any]:
    """Return what is written of a row that is set aside, with its reason."""
    return {"work_state": WorkState.FAILED, "failure": reason, "finished_at": Now()}
