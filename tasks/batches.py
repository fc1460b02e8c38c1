"""How a batch came in: how far its import is, and what became of each file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from evalhub.csv_cells import csv_cell
from evalhub.work import WorkState
from tasks.imports import count_outcomes
from tasks.models import Batch, BatchChange, Image, ImportFile, TaskImage

PAGE = 100
SHOWN_BROKEN = 10
Outcome = ImportFile.Outcome
REPORT_COLUMNS = ("file", "outcome", "reason", "sha256")


@dataclass(frozen=True)
class BatchStatus:
    """The files of a batch by their outcome, and its images by the state of their renditions."""

    batch: Batch
    files: dict[str, int]
    images: dict[str, int]
    broken: list[TaskImage]
    change: BatchChange | None = None

    @property
    def listed(self) -> int:
        return sum(self.files.values())

    @property
    def looked_at(self) -> int:
        return self.listed - self.files[Outcome.WAITING]

    @property
    def left_out(self) -> int:
        return self.files[Outcome.DUPLICATE] + self.files[Outcome.REFUSED]

    @property
    def taken_in(self) -> int:
        return sum(self.images.values())

    @property
    def prepared(self) -> int:
        """Return how many images have all their renditions."""
        return self.images[WorkState.DONE]

    @property
    def failed_images(self) -> int:
        return self.images[WorkState.FAILED]

    @property
    def takes_in(self) -> bool:
        """Whether files are still looked at, or images prepared."""
        left = self.images[WorkState.WAITING] + self.images[WorkState.RUNNING]
        return self.batch.is_pending or left > 0

    @property
    def goes_on(self) -> bool:
        """Whether a worker still has something to do for this batch."""
        return self.takes_in or (self.change is not None and self.change.is_pending)

    @property
    def is_given_out(self) -> bool:
        """Whether evaluators can meet all that came in."""
        held_back = self.change and (self.change.is_paused or self.change.can_restore)
        return not held_back

    @property
    def can_be_retried(self) -> bool:
        """Whether trying again could end otherwise: some files were not looked at yet."""
        unseen = self.files[Outcome.WAITING] > 0 or not self.batch.is_listed
        return self.batch.has_failed and unseen


def status_of(batch: Batch) -> BatchStatus:
    """Return how far `batch` is, in three queries, and one more where images are broken."""
    shown = TaskImage.objects.filter(task__batch=batch)
    states = (
        Image.objects.filter(task_images__task__batch=batch)
        .order_by()
        .values_list("work_state")
        .annotate(n=Count("pk", distinct=True))
    )
    images = {state.value: 0 for state in WorkState} | dict(states)
    broken: list[TaskImage] = []
    if images[WorkState.FAILED]:
        failed = shown.filter(image__work_state=WorkState.FAILED).select_related("task", "image")
        broken = list(failed.order_by("pk")[:SHOWN_BROKEN])
    change = BatchChange.objects.filter(batch=batch).first()
    return BatchStatus(batch, count_outcomes(batch), images, broken, change)


def page_of_left_out(batch: Batch, after: int | None) -> tuple[list[ImportFile], int | None]:
    """Return files that were not added, a page of them, and after which the next page begins."""
    rows = batch.files.filter(outcome__in=[Outcome.REFUSED, Outcome.DUPLICATE]).order_by("pk")
    if after:
        rows = rows.filter(pk__gt=after)
    page = list(rows[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


class _Line:
    """Hands each line back to whoever writes it."""

    def write(self, text: str) -> str:
        return text


def report_lines(batch: Batch) -> Iterator[str]:
    """Yield the report as CSV: each file, or each row of a manifest that was not added."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(REPORT_COLUMNS)
    rows = batch.files.order_by("pk").values_list("name", "outcome", "reason", "image__sha256")
    for row in rows.iterator(chunk_size=1000):
        yield writer.writerow([csv_cell(value) for value in row])
