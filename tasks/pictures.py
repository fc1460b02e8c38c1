"""The pictures of a task as a page shows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tasks.models import Image, Rendition, Task, TaskImage

LONGEST_PROMPT = 160
COMPARED_WITH = (TaskImage.Role.REFERENCE, TaskImage.Role.SOURCE)


@dataclass(frozen=True)
class Picture:
    """One image of a task in its role, with the renditions that are there."""

    name: str
    role: TaskImage.Role
    image: Image
    renditions: dict[str, Rendition]

    @property
    def shown(self) -> Rendition | None:
        """Return the rendition for a fitted view: the screen size, else what there is."""
        kinds = (Rendition.Kind.SCREEN, Rendition.Kind.FULL, Rendition.Kind.THUMBNAIL)
        return next((found for kind in kinds if (found := self.renditions.get(kind))), None)

    @property
    def full(self) -> Rendition | None:
        """Return the rendition in which every pixel is there, for a look at 100 %."""
        return self.renditions.get(Rendition.Kind.FULL) or self.shown

    @property
    def is_comparison(self) -> bool:
        """Whether the other pictures are compared with this one."""
        return self.role in COMPARED_WITH


def list_pictures(task: Task) -> list[Picture]:
    """Return the pictures of `task` in order, each with its renditions, in two queries."""
    rows = list(
        task.task_images.select_related("image")
        .prefetch_related("image__renditions")
        .order_by("position")
    )
    times = Counter(row.role for row in rows)
    seen: Counter[str] = Counter()
    pictures = []
    for row in rows:
        seen[row.role] += 1
        name = "Image" if row.role == TaskImage.Role.CANDIDATE else row.get_role_display()
        pictures.append(
            Picture(
                name=f"{name} {seen[row.role]}" if times[row.role] > 1 else name,
                role=TaskImage.Role(row.role),
                image=row.image,
                renditions={found.kind: found for found in row.image.renditions.all()},
            )
        )
    return pictures


def find_comparison(pictures: list[Picture]) -> Picture | None:
    """Return the reference or source that the other pictures can be flicked to, if there is one."""
    if len(pictures) < 2:
        return None
    return next((picture for picture in pictures if picture.is_comparison), None)


def is_long_prompt(prompt: str) -> bool:
    """Return whether `prompt` takes more than the two lines there are for it above a picture."""
    return len(prompt) > LONGEST_PROMPT
