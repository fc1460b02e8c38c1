"""The tasks of a project for those who look after it, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from evalhub.models import Project
from tasks.models import Batch, Flag, Rendition, Task, TaskImage

PAGE = 50
BATCHES_OFFERED = 50
LONGEST_ID = 18  # digits that a database's id surely holds


@dataclass(frozen=True)
class TaskFilter:
    """What of a project's tasks is asked for; what is not understood is left out."""

    state: str = ""
    batch: Batch | None = None
    after: int | None = None

    @classmethod
    def read(cls, project: Project, query: Mapping[str, str]) -> TaskFilter:
        """Return the filter of a page's address."""
        state = query.get("state", "")
        batch = read_id(query.get("batch", ""))
        return cls(
            state=state if state in Task.State.values else "",
            batch=Batch.objects.filter(project=project, pk=batch).first() if batch else None,
            after=read_id(query.get("after", "")),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.state or self.batch)

    def as_query(self) -> dict[str, str | int]:
        """Return the filter without its place in the list, as an address spells it."""
        kept: dict[str, str | int] = {"state": self.state} if self.state else {}
        return kept | ({"batch": self.batch.pk} if self.batch else {})


def read_id(text: str) -> int | None:
    """Return the id that `text` spells, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def page_of_tasks(project: Project, wanted: TaskFilter) -> tuple[list[Task], int | None]:
    """Return one page of tasks, the oldest first, and after which the next begins.

    Each has its pictures with their thumbnails, and `is_flagged`; in three queries.
    """
    thumbnails = Rendition.objects.filter(kind=Rendition.Kind.THUMBNAIL)
    links = TaskImage.objects.select_related("image").order_by("position")
    links = links.prefetch_related(Prefetch("image__renditions", thumbnails, to_attr="thumbnails"))
    open_flags = Flag.objects.filter(task=OuterRef("pk"), state=Flag.State.OPEN)
    tasks = Task.objects.filter(project=project).prefetch_related(Prefetch("task_images", links))
    if wanted.state:
        tasks = tasks.filter(state=wanted.state)
    if wanted.batch:
        tasks = tasks.filter(batch=wanted.batch)
    if wanted.after:
        tasks = tasks.filter(pk__gt=wanted.after)
    rows = list(tasks.annotate(is_flagged=Exists(open_flags)).order_by("pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def batches_offered(project: Project, chosen: Batch | None) -> list[Batch]:
    """Return the newest batches of `project` for a filter, and the chosen one among them."""
    newest = list(Batch.objects.filter(project=project)[:BATCHES_OFFERED])
    return newest if chosen is None or chosen in newest else [*newest, chosen]
