"""What a task is, for the form that asks about it."""

from __future__ import annotations

from collections.abc import Sequence

from rubrics.subject import Subject, SubjectImage, name_images, read_questions
from tasks.models import Task, TaskImage


def subject_of(task: Task, order: Sequence[int] = ()) -> Subject:
    """Return the subject of `task`, its images in `order` (positions), or in their own.

    Of many tasks, prefetch `task_images__image` first.
    """
    rows = {row.position: row for row in task.task_images.all()}
    shown = [rows[position] for position in (order or sorted(rows)) if position in rows]
    names = name_images([(row.position, row.role, row.get_role_display()) for row in shown])
    return Subject(
        prompt=task.prompt,
        images=tuple(_image(row, names[row.position]) for row in shown),
        questions=read_questions(task.questions),
    )


def _image(row: TaskImage, name: str) -> SubjectImage:
    image = row.image
    return SubjectImage(row.position, name, row.role, image.width, image.height, image.sha256)
