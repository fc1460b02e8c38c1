"""How far the tasks of projects have come, from the counters that each task keeps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, Sum, When

from evalhub.models import Project
from tasks.models import Task

# A finished task is asked for no more than it has, also where a release had it judged anew.
ASKED = Case(
    When(state=Task.State.FINISHED, then=F("judgments_done")), default=F("judgments_per_task")
)


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


def progress_of(projects: Collection[Project]) -> dict[int, Progress]:
    """Return the progress of each project by its id, in one query."""
    rows = (
        Task.objects.filter(project__in=projects, state__in=[Task.State.OPEN, Task.State.FINISHED])
        .order_by()
        .values("project")
        .annotate(
            tasks=Count("pk"),
            finished=Count("pk", filter=Q(state=Task.State.FINISHED)),
            done=Sum("judgments_done"),
            asked=Sum(ASKED),
        )
        .values_list("project", "tasks", "finished", "done", "asked")
    )
    found = {project: Progress(*counts) for project, *counts in rows}
    return {project.pk: found.get(project.pk, Progress()) for project in projects}
