"""Take one picture in: judged by its content, stored once, shown to be decodable."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from evalhub.imaging.errors import DecoderDied, Refused
from evalhub.imaging.facts import Facts
from evalhub.imaging.inspect import inspect_bytes, read_limited
from evalhub.imaging.limits import DEFAULT_LIMITS, Limits
from evalhub.imaging.renditions import ALL_KINDS, Kind, Rendered, render
from evalhub.imaging.staging import publish, staging, write_through
from evalhub.models import Project
from tasks.counters import count_batch
from tasks.models import Batch, Image, Rendition, Task, TaskImage
from tasks.tags import index_tags
from tasks.votes import draw_panel, judgments_asked_first


@dataclass(frozen=True)
class PictureInTask:
    """An image with the role it has in a task."""

    image: Image
    role: TaskImage.Role = TaskImage.Role.CANDIDATE


def take_picture(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> Image:
    """Store a picture and return its row, the same row for the same content.

    The picture is decoded once, for its thumbnail; the other renditions are left to a job. Raises
    Refused, with a sentence for the person who sent it, for what is no whole picture.
    """
    data = source if isinstance(source, bytes) else read_limited(source, limits)
    sha256 = hashlib.sha256(data).hexdigest()
    if known := Image.objects.filter(sha256=sha256).first():
        return known
    facts = inspect_bytes(data, limits)
    key = f"originals/{sha256[:2]}/{sha256}.{facts.extension}"
    made = _store_file(Path(default_storage.path(key)), data, _rendition_folder(sha256), limits)
    return _store(sha256, key, facts, len(data), made)


def make_all_renditions(image: Image, limits: Limits = DEFAULT_LIMITS) -> None:
    """Make every rendition of a stored picture; run again, it replaces them by the same bytes."""
    source = Path(default_storage.path(image.key))
    store_renditions(image, render(source, _rendition_folder(image.sha256), ALL_KINDS, limits))


@transaction.atomic
def store_renditions(image: Image, made: Iterable[Rendered]) -> None:
    """Write the rows of finished renditions and what was measured, over those of an earlier run."""
    for one in made:
        if one.measured:
            image.measured = one.measured
            image.save(update_fields=["measured"])
        Rendition.objects.update_or_create(
            image=image,
            kind=one.kind,
            defaults={
                "key": str(one.path.relative_to(default_storage.path(""))),
                "content_type": one.content_type,
                "width": one.width,
                "height": one.height,
                "bytes": one.bytes,
                "sha256": one.sha256,
            },
        )


@transaction.atomic
def add_task(
    *,
    batch: Batch,
    key: str,
    pictures: Sequence[PictureInTask],
    prompt: str = "",
    tags: Sequence[str] = (),
    hidden_context: dict[str, Any] | None = None,
) -> Task:
    """Add a task to a batch that is being filled, or return the one it has under `key`."""
    # Locked: another number that is wanted meanwhile either meets this task or is read for it.
    project = Project.objects.select_for_update(no_key=True).get(pk=batch.project_id)
    content = content_of(((picture.role, picture.image.pk) for picture in pictures), prompt)
    task, is_new = Task.objects.get_or_create(
        batch=batch,
        key=key,
        defaults={
            "project": project,
            "prompt": prompt,
            "tags": list(tags),
            "hidden_context": hidden_context or {},
            "content": content,
            **draw_places(project),
        },
    )
    if is_new:
        TaskImage.objects.bulk_create(
            TaskImage(task=task, image=picture.image, role=picture.role, position=position)
            for position, picture in enumerate(pictures)
        )
        index_tags([task])
    return task


def draw_places(project: Project) -> dict[str, Any]:
    """Return the fields of a new task that say how many judgments a locked `project` asks of it."""
    is_panel = draw_panel(project)
    asked = judgments_asked_first(project, is_panel=is_panel)
    return {"judgments_per_task": asked, "free_places": asked, "is_panel": is_panel}


def content_of(pictures: Iterable[tuple[str, int]], prompt: str) -> uuid.UUID:
    """Return what is the same for tasks with the same images, by role and id, and prompt."""
    text = json.dumps([[[str(role), image_id] for role, image_id in pictures], prompt])
    return uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])


@transaction.atomic
def open_tasks(batch: Batch) -> int:
    """Show the tasks of a filled batch to evaluators, all at once; return how many."""
    shown = Task.objects.filter(batch=batch, state=Task.State.IMPORTING).update(
        state=Task.State.OPEN
    )
    Batch.objects.filter(pk=batch.pk).update(**asdict(count_batch(batch)))
    return shown


def _rendition_folder(sha256: str) -> Path:
    return Path(default_storage.path(f"renditions/{sha256[:2]}/{sha256}"))


@transaction.atomic
def _store(sha256: str, key: str, facts: Facts, size: int, made: list[Rendered]) -> Image:
    width, height = facts.upright_size
    image, is_new = Image.objects.get_or_create(
        sha256=sha256,
        defaults={
            "key": key,
            "format": facts.format,
            "width": width,
            "height": height,
            "bytes": size,
        },
    )
    if is_new:
        store_renditions(image, made)
    return image


def _store_file(path: Path, data: bytes, renditions: Path, limits: Limits) -> list[Rendered]:
    """Write an original and its thumbnail; it appears under its name whole and proven, or never.

    What a killed process left half-written is removed by the next one that writes there.
    """
    with staging(path.parent) as folder:
        original = folder / path.name
        write_through(original, data)
        original.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        try:
            made = render(original, renditions, [Kind.THUMBNAIL], limits)
        except DecoderDied as died:
            raise Refused(died.reason) from died
        publish([(original, path)], path.parent)
    return made
