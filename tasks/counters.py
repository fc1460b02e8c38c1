"""The counters that a batch keeps of its tasks, so that no page counts rows."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from django.db.models import Case, Count, F, Q, Sum, Value, When

from tasks.models import Batch, Task

# Gold, training and qualification tasks are asked of everybody: they have no end to come to.
COUNTED_KINDS = [Task.Kind.PRODUCTION, Task.Kind.REASK]


@dataclass(frozen=True)
class Counts:
    """Tasks that evaluators can meet or have finished, and their judgments, made and asked for.

    A finished task asks for what it has, also where a release had it judged anew.
    """

    tasks_open: int = 0
    tasks_finished: int = 0
    judgments_done: int = 0
    judgments_asked: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))


def count_task(task: Task) -> Counts:
    """Return what `task` adds to its batch."""
    if task.kind not in COUNTED_KINDS:
        return Counts()
    if task.state == Task.State.OPEN:
        return Counts(1, 0, task.judgments_done, task.judgments_per_task)
    if task.state == Task.State.FINISHED:
        return Counts(0, 1, task.judgments_done, task.judgments_done)
    return Counts()


def add_to_batch(batch_id: int, change: Counts) -> None:
    """Add `change` to the counters of a batch, within the caller's transaction."""
    moved = {
        field.name: F(field.name) + getattr(change, field.name)
        for field in fields(change)
        if getattr(change, field.name)
    }
    if moved:
        Batch.objects.filter(pk=batch_id).update(**moved)


def count_batch(batch: Batch) -> Counts:
    """Return the counters of `batch` as its tasks give them: for imports and for checks."""
    tasks = Task.objects.filter(batch=batch, kind__in=COUNTED_KINDS)
    is_open, is_finished = Q(state=Task.State.OPEN), Q(state=Task.State.FINISHED)
    asked = Case(
        When(is_open, then=F("judgments_per_task")),
        When(is_finished, then=F("judgments_done")),
        default=Value(0),
    )
    sums = tasks.aggregate(
        open=Count("pk", filter=is_open),
        finished=Count("pk", filter=is_finished),
        done=Sum("judgments_done", filter=is_open | is_finished, default=0),
        asked=Sum(asked, default=0),
    )
    return Counts(sums["open"], sums["finished"], sums["done"], sums["asked"])
