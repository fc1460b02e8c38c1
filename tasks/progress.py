"""How far the tasks of projects have come, and who holds what; no task is counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now

from evalhub.models import Project
from evalhub.work import WorkState
from tasks.models import Assignment, Batch


@dataclass(frozen=True)
class Progress:
    """Tasks that evaluators can meet or have finished, and the judgments asked of them."""

    tasks: int = 0
    finished: int = 0
    judgments: int = 0
    asked: int = 0

    @property
    def open(self) -> int:
        return self.tasks - self.finished

    @property
    def percent(self) -> int:
        """Return the whole percent of judgments made; 100 only when none is missing."""
        return self.judgments * 100 // self.asked if self.asked else 0


@dataclass(frozen=True)
class Holds:
    """The open holds of a project: tasks being judged, held ahead, and lapsed without a claim."""

    evaluators: int = 0
    held: int = 0
    ahead: int = 0
    lapsed: int = 0


@dataclass(frozen=True)
class TasksThere:
    """The tasks of a project that ask for its number of judgments, and the imports that go on."""

    open: int = 0
    finished: int = 0
    imports: int = 0

    @property
    def are_any(self) -> bool:
        return bool(self.open or self.finished or self.imports)


def tasks_there(project: Project) -> TasksThere:
    """Return what another number of judgments can be asked of, from the counters of batches.

    What a release asks again is left out: that has as many judgments as it had before.
    """
    batches = project.batches.filter(Q(follow_up=None) | Q(follow_up__criteria=[]))
    sums = batches.aggregate(
        open=Sum("tasks_open", default=0),
        finished=Sum("tasks_finished", default=0),
        imports=Count("pk", filter=Q(work_state__in=[WorkState.WAITING, WorkState.RUNNING])),
    )
    return TasksThere(**sums)


def holds_of(project: Project) -> Holds:
    """Return the holds of `project`, in one query over those that are open."""
    is_held = Q(leased_until__gt=Now())
    counts = (
        Assignment.objects.open()
        .filter(project=project)
        .aggregate(
            evaluators=Count("evaluator", filter=is_held, distinct=True),
            held=Count("pk", filter=is_held & Q(is_ahead=False)),
            ahead=Count("pk", filter=is_held & Q(is_ahead=True)),
            lapsed=Count("pk", filter=~is_held),
        )
    )
    return Holds(**counts)


def progress_of(projects: Collection[Project]) -> dict[int, Progress]:
    """Return the progress of each project by its id, in one query."""
    rows = (
        Batch.objects.filter(project__in=projects)
        .order_by()
        .values("project")
        .annotate(
            every=Sum(F("tasks_open") + F("tasks_finished")),
            finished=Sum("tasks_finished"),
            done=Sum("judgments_done"),
            asked=Sum("judgments_asked"),
        )
        .values_list("project", "every", "finished", "done", "asked")
    )
    found = {project: Progress(*counts) for project, *counts in rows}
    return {project.pk: found.get(project.pk, Progress()) for project in projects}
