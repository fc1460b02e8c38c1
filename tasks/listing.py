"""The tasks of a project for those who look after it, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from evalhub.models import Project
from tasks.models import Batch, Judgment, Rendition, Task, TaskImage
from tasks.wording import AnswerInWords, judgment_in_words

PAGE = 50


@dataclass(frozen=True)
class TaskFilter:
    """What of a project's tasks is asked for; what is not understood is left out."""

    state: str = ""
    batch: int | None = None
    after: int | None = None

    @classmethod
    def read(cls, query: dict[str, str]) -> TaskFilter:
        """Return the filter of a page's address."""
        state = query.get("state", "")
        return cls(
            state=state if state in Task.State.values else "",
            batch=read_id(query.get("batch", "")),
            after=read_id(query.get("after", "")),
        )


@dataclass(frozen=True)
class JudgmentInWords:
    """One judgment of a task beside the others."""

    judgment: Judgment
    answers: list[AnswerInWords]


def read_id(text: str) -> int | None:
    """Return the id that `text` spells, or None."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def page_of_tasks(project: Project, wanted: TaskFilter) -> tuple[list[Task], int | None]:
    """Return one page of tasks, the oldest first, and where the next begins, in four queries."""
    thumbnails = Rendition.objects.filter(kind=Rendition.Kind.THUMBNAIL)
    tasks = (
        Task.objects.filter(project=project)
        .select_related("batch")
        .prefetch_related(
            Prefetch(
                "task_images",
                TaskImage.objects.select_related("image")
                .prefetch_related(Prefetch("image__renditions", thumbnails, to_attr="thumbnails"))
                .order_by("position"),
            )
        )
        .order_by("pk")
    )
    if wanted.state:
        tasks = tasks.filter(state=wanted.state)
    if wanted.batch:
        tasks = tasks.filter(batch=wanted.batch)
    if wanted.after:
        tasks = tasks.filter(pk__gt=wanted.after)
    rows = list(tasks[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def batches_of(project: Project) -> list[Batch]:
    """Return the newest batches of `project`, for a filter."""
    return list(Batch.objects.filter(project=project)[:PAGE])


def judgments_of(task: Task) -> list[JudgmentInWords]:
    """Return the judgments of `task` that count, each in words."""
    judgments = (
        task.judgments.current()
        .select_related("evaluator", "version")
        .prefetch_related("scores__criterion", "scores__level")
        .order_by("pk")
    )
    return [JudgmentInWords(judgment, judgment_in_words(judgment)) for judgment in judgments]
