"""The pictures of a task as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.template.defaultfilters import filesizeformat

from rubrics.models import RubricVersion
from rubrics.presentation import Presentation
from rubrics.subject import begin_small, name_images
from tasks.models import Assignment, Image, Rendition, Task, TaskImage

LONGEST_PROMPT = 160
COMPARED_WITH = (TaskImage.Role.REFERENCE, TaskImage.Role.SOURCE)


@dataclass(frozen=True)
class Picture:
    """One image of a task in its role, with the renditions that are there.

    `serves_every_pixel`: the full rendition is shown at once, never a smaller one in its place.
    """

    position: int
    name: str
    role: TaskImage.Role
    image: Image
    renditions: dict[str, Rendition]
    serves_every_pixel: bool = False

    @property
    def name_within(self) -> str:
        """Return its name as it stands within a sentence."""
        return begin_small(self.name)

    @property
    def shown(self) -> Rendition | None:
        """Return the rendition for a fitted view: the screen size, else what there is."""
        kinds = [Rendition.Kind.SCREEN, Rendition.Kind.FULL, Rendition.Kind.THUMBNAIL]
        if self.serves_every_pixel:
            kinds.insert(0, Rendition.Kind.FULL)
        return next((found for kind in kinds if (found := self.renditions.get(kind))), None)

    @property
    def full(self) -> Rendition | None:
        """Return the rendition in which every pixel is there, for a look at 100 %."""
        return self.renditions.get(Rendition.Kind.FULL) or self.shown

    @property
    def is_comparison(self) -> bool:
        """Whether the other pictures are compared with this one."""
        return self.role in COMPARED_WITH

    @property
    def facts(self) -> str:
        """Return what was measured of the file as it came in: size, megapixels, format, bytes."""
        image = self.image
        megapixels = image.width * image.height / 1_000_000
        return ", ".join(
            (
                f"{image.width} × {image.height}",
                f"{megapixels:.1f} megapixels",
                image.format,
                filesizeformat(image.bytes),
            )
        )


def fetch_pictures(*tasks: Task) -> None:
    """Fetch the images of `tasks` with their renditions, once for all that is drawn of them."""
    links = TaskImage.objects.select_related("image")
    prefetch_related_objects(
        tasks, Prefetch("task_images", links), "task_images__image__renditions"
    )


def fetch_images(task: Task) -> None:
    """Fetch the images of `task` without their renditions, for a form that asks about them."""
    prefetch_related_objects(
        [task], Prefetch("task_images", TaskImage.objects.select_related("image"))
    )


def pictures_ahead(assignments: Sequence[Assignment]) -> list[str]:
    """Return the addresses of what the work pages of `assignments` will show, first things first.

    In two queries where the tasks and versions are there.
    """
    fetch_pictures(*(one.task for one in assignments))
    pictures = [
        picture
        for one in assignments
        for picture in list_pictures(
            one.task, one.image_order, serves_every_pixel=serves_every_pixel(one.version)
        )
    ]
    return [picture.shown.get_absolute_url() for picture in pictures if picture.shown]


def serves_every_pixel(version: RubricVersion) -> bool:
    """Return whether `version` wants its pictures shown at full size, never a smaller rendition."""
    return Presentation.read(version.presentation).images == "original"


def list_pictures(
    task: Task, order: Sequence[int] = (), *, serves_every_pixel: bool = False
) -> list[Picture]:
    """Return the pictures of `task` in `order` (positions), or in their own, in two queries.

    They bear the names that the judging form calls them by.
    """
    fetch_pictures(task)
    rows = {row.position: row for row in task.task_images.all()}
    shown = [rows[position] for position in (order or sorted(rows)) if position in rows]
    names = name_images([(row.position, row.role, row.get_role_display()) for row in shown])
    return [
        Picture(
            position=row.position,
            name=names[row.position],
            role=TaskImage.Role(row.role),
            image=row.image,
            renditions={found.kind: found for found in row.image.renditions.all()},
            serves_every_pixel=serves_every_pixel,
        )
        for row in shown
    ]


def find_comparison(pictures: list[Picture]) -> Picture | None:
    """Return the reference or source that the other pictures can be flicked to, if there is one."""
    if len(pictures) < 2:
        return None
    return next((picture for picture in pictures if picture.is_comparison), None)


def is_long_prompt(prompt: str) -> bool:
    """Return whether `prompt` takes more than the two lines there are for it above a picture."""
    return len(prompt) > LONGEST_PROMPT
