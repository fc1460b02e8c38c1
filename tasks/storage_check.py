"""Compare the rows of pictures with the files in the media folder, both ways, and mend."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from evalhub.imaging.staging import PREFIX
from evalhub.work import want_work
from rubrics.models import ExampleImage
from tasks import jobs
from tasks.models import Image, Rendition

# What is younger may belong to a row that is just being written.
DAY_SECONDS = 24 * 3600
CHUNK = 1000
READ_BYTES = 1024 * 1024


class Kind(StrEnum):
    MISSING = "missing"
    WRONG_SIZE = "wrong size"
    WRONG_CONTENT = "wrong content"
    STRAY = "stray"
    LEFTOVER = "leftover"


@dataclass(frozen=True)
class Finding:
    """Something wrong with one file of the media folder, by its path within."""

    kind: Kind
    key: str
    # Whose renditions can be made again; None: nothing can be made from anything else.
    image: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


def find_faults(*, hashes: bool) -> Iterator[Finding]:
    """Yield what is wrong, a chunk of rows or files at a time; with `hashes` every file is read."""
    for example in ExampleImage.objects.order_by("pk").iterator(chunk_size=CHUNK):
        yield from _look_at(example.key, example.bytes, example.sha256 if hashes else "")
    for image in Image.objects.order_by("pk").iterator(chunk_size=CHUNK):
        yield from _look_at(image.key, image.bytes, image.sha256 if hashes else "")
    for row in Rendition.objects.order_by("pk").iterator(chunk_size=CHUNK):
        yield from _look_at(row.key, row.bytes, row.sha256 if hashes else "", row.image_id)
    yield from _find_strays()


def mend(finding: Finding) -> bool:
    """Have a rendition made again, or move a stray file out of the way; return whether it could.

    Nothing is deleted. A missing original or example comes from a backup alone.
    """
    if finding.kind in {Kind.STRAY, Kind.LEFTOVER}:
        _put_away(finding.key)
        return True
    if finding.image is None or not _has_original(finding.image):
        return False
    want_work(Image, jobs.make_renditions, finding.image)
    return True


def _has_original(pk: int) -> bool:
    return Path(default_storage.path(Image.objects.get(pk=pk).key)).is_file()


def _look_at(key: str, size: int, sha256: str, image: int | None = None) -> Iterator[Finding]:
    path = Path(default_storage.path(key))
    if not path.is_file():
        yield Finding(Kind.MISSING, key, image)
    elif path.stat().st_size != size:
        yield Finding(Kind.WRONG_SIZE, key, image)
    elif sha256 and _hash(path) != sha256:
        yield Finding(Kind.WRONG_CONTENT, key, image)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(READ_BYTES):
            digest.update(part)
    return digest.hexdigest()


def _find_strays() -> Iterator[Finding]:
    """Yield old files that no row names, and the old folders of workers that were killed."""
    root = Path(default_storage.path(""))
    before = time.time() - DAY_SECONDS
    old = ((path, kind) for path, kind in _walk(root) if path.lstat().st_mtime < before)
    while chunk := list(islice(old, CHUNK)):
        keys = {str(path.relative_to(root)): kind for path, kind in chunk}
        named = _named(keys)
        yield from (Finding(kind, key) for key, kind in sorted(keys.items()) if key not in named)


def _walk(folder: Path) -> Iterator[tuple[Path, Kind]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if not entry.is_dir(follow_symlinks=False):
                yield path, Kind.STRAY
            elif entry.name.startswith(PREFIX):
                yield path, Kind.LEFTOVER
            else:
                yield from _walk(path)


def _named(keys: Iterable[str]) -> set[str]:
    """Return those of a chunk of keys that a row names."""
    wanted = list(keys)
    # The folder of a rendition is called like its image, whose rows an index finds.
    images = {Path(key).parent.name for key in wanted}
    rows = (
        Image.objects.filter(key__in=wanted),
        Rendition.objects.filter(image__sha256__in=images, key__in=wanted),
        ExampleImage.objects.filter(key__in=wanted),
    )
    return {key for some in rows for key in some.order_by().values_list("key", flat=True)}


def _put_away(key: str) -> None:
    """Move a file or folder to the same place under `lost+found`, beside what is there."""
    target = Path(settings.DATA_DIR) / "lost+found" / key
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{Path(key).name}.{number}")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(default_storage.path(key), target)
