"""Pictures for pages: drawn by Pillow, stored with their renditions as the product stores them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageDraw

from tasks.models import Image, Rendition, Task, TaskImage

BOXES = {Rendition.Kind.THUMBNAIL: 320, Rendition.Kind.SCREEN: 1600, Rendition.Kind.FULL: None}


def draw_scene(width: int, height: int, *, sun: tuple[int, int, int]) -> Pillow.Image:
    """Draw hills under a sky: large areas, edges, and stripes of one pixel at the left margin."""
    picture = Pillow.new("RGB", (width, height), (120, 160, 205))
    draw = ImageDraw.Draw(picture)
    for row in range(height):
        shade = row * 90 // height
        draw.line([(0, row), (width, row)], fill=(110 + shade, 150 + shade, 215))
    size = height // 6
    draw.ellipse([width // 2, size, width // 2 + size, 2 * size], fill=sun)
    draw.polygon([(0, height), (0, height * 2 // 3), (width // 3, height // 2),
                  (width, height * 4 // 5), (width, height)], fill=(70, 105, 60))  # fmt: skip
    draw.polygon([(width // 4, height), (width * 3 // 4, height * 3 // 5),
                  (width, height * 3 // 4), (width, height)], fill=(95, 130, 75))  # fmt: skip
    for column in range(0, width // 20, 2):
        draw.line([(column, 0), (column, height)], fill=(255, 255, 255))
    return picture


def hang(task: Task, *pictures: tuple[str, Pillow.Image]) -> list[Image]:
    """Give `task` these pictures, each with its role, instead of the ones it has."""
    task.task_images.all().delete()
    images = []
    for position, (role, picture) in enumerate(pictures):
        image = store(picture)
        TaskImage.objects.create(task=task, image=image, role=role, position=position)
        images.append(image)
    return images


def store(picture: Pillow.Image, kinds: Sequence[Rendition.Kind] = tuple(BOXES)) -> Image:
    """Store `picture` as an image with the renditions of `kinds`, without losses."""
    content = encode(picture)
    sha256 = hashlib.sha256(content).hexdigest()
    image, is_new = Image.objects.get_or_create(
        sha256=sha256,
        defaults={
            "key": f"images/{sha256}.png",
            "format": "PNG",
            "width": picture.width,
            "height": picture.height,
            "bytes": len(content),
            "work_state": "done",
        },
    )
    for kind in kinds if is_new else ():
        smaller = picture.copy()
        if box := BOXES[kind]:
            smaller.thumbnail((box, box))
        content = encode(smaller)
        Rendition.objects.create(
            image=image,
            kind=kind,
            key=default_storage.save(f"renditions/{sha256}-{kind}.png", ContentFile(content)),
            content_type="image/png",
            width=smaller.width,
            height=smaller.height,
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
    return image


def encode(picture: Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
