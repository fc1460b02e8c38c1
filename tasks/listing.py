"""The tasks of a project for those who look after it, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from evalhub.models import Project
from evalhub.work import WorkState
from tasks.models import Batch, Flag, Rendition, Task, TaskImage, TaskTag
from tasks.models.task import TaskQuerySet
from tasks.tags import cut_tag

PAGE = 50
BATCHES_OFFERED = 50
LONGEST_ID = 18  # digits that a database's id surely holds


@dataclass(frozen=True)
class TaskFilter:
    """What of a project's tasks is asked for; what is not understood is left out."""

    state: str = ""
    batch: Batch | None = None
    # Within a batch only: `tasks.tags` says why.
    tag: str = ""
    has_errors: bool = False
    after: int | None = None

    @classmethod
    def read(cls, project: Project, query: Mapping[str, str]) -> TaskFilter:
        """Return the filter of a page's address."""
        state = query.get("state", "")
        pk = read_id(query.get("batch", ""))
        batch = Batch.objects.filter(project=project, pk=pk).first() if pk else None
        return cls(
            state=state if state in Task.State.values else "",
            batch=batch,
            tag=cut_tag(query.get("tag", "").replace("\0", "")) if batch else "",
            has_errors=query.get("errors") == "1",
            after=read_id(query.get("after", "")),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.state or self.batch or self.has_errors)

    def as_query(self) -> dict[str, str | int]:
        """Return the filter without its place in the list, as an address spells it."""
        every: dict[str, str | int | None] = {
            "state": self.state,
            "batch": self.batch.pk if self.batch else None,
            "tag": self.tag,
            "errors": 1 if self.has_errors else None,
        }
        return {name: value for name, value in every.items() if value}


def read_id(text: str) -> int | None:
    """Return the id that `text` spells, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def page_of_tasks(project: Project, wanted: TaskFilter) -> tuple[list[Task], int | None]:
    """Return one page of tasks, the oldest first, and after which the next begins.

    Each has its pictures with their thumbnails, and `is_flagged`; in three queries, and one more
    where a tag is asked for.
    """
    thumbnails = Rendition.objects.filter(kind=Rendition.Kind.THUMBNAIL)
    links = TaskImage.objects.select_related("image").order_by("position")
    links = links.prefetch_related(Prefetch("image__renditions", thumbnails, to_attr="thumbnails"))
    open_flags = Flag.objects.filter(task=OuterRef("pk"), state=Flag.State.OPEN)
    tasks = _wanted(project, wanted).prefetch_related(Prefetch("task_images", links))
    rows = list(tasks.annotate(is_flagged=Exists(open_flags)).order_by("pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def _wanted(project: Project, wanted: TaskFilter) -> TaskQuerySet:
    tasks = Task.objects.filter(project=project)
    if wanted.has_errors:
        failed = TaskImage.objects.filter(image__work_state=WorkState.FAILED)
        tasks = tasks.filter(pk__in=failed.values("task"))
    if wanted.state:
        tasks = tasks.filter(state=wanted.state)
    if wanted.batch:
        tasks = tasks.filter(batch=wanted.batch)
    if wanted.after:
        tasks = tasks.filter(pk__gt=wanted.after)
    return tasks.filter(pk__in=_tagged(tasks, wanted)) if wanted.tag else tasks


def _tagged(tasks: TaskQuerySet, wanted: TaskFilter) -> list[int]:
    """Return the ids of one page of `tasks` that have the tag, read in the order of its index."""
    tagged = TaskTag.objects.filter(batch=wanted.batch, tag=wanted.tag)
    if wanted.after:
        tagged = tagged.filter(task__gt=wanted.after)
    if wanted.state or wanted.has_errors:
        tagged = tagged.filter(Exists(tasks.filter(pk=OuterRef("task"))))
    return list(tagged.order_by("task_id").values_list("task_id", flat=True)[: PAGE + 1])


def batches_offered(project: Project, chosen: Batch | None) -> list[Batch]:
    """Return the newest batches of `project` for a filter, and the chosen one among them."""
    newest = list(Batch.objects.filter(project=project)[:BATCHES_OFFERED])
    return newest if chosen is None or chosen in newest else [*newest, chosen]
