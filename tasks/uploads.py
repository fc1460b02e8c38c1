"""Keep uploaded files on disk until their import: never in memory, never more than allowed."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

LONGEST_NAME = 150


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stream to disk, and stop reading once all files together are over the limit."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig(too_large())
        super().receive_data_chunk(raw_data, start)


def too_large() -> str:
    """Return the sentence for uploads over the limit."""
    megabytes = settings.UPLOAD_MAX_BYTES // 1024**2
    return (
        f"These files are over {megabytes} MB together. Send them in several imports, "
        "or ask your operator to import a folder on the server."
    )


def keep_uploads(files: Iterable[UploadedFile[bytes]]) -> Path:
    """Move uploaded files into a new folder below INCOMING_ROOT, and return it.

    Each keeps its name; one that comes twice gets a number, so that none is lost.
    """
    folder = Path(settings.INCOMING_ROOT) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    for file in files:
        target = _free_name(folder, file.name or "file")
        if hasattr(file, "temporary_file_path"):
            shutil.move(file.temporary_file_path(), target)
        else:
            with target.open("wb") as kept:
                kept.writelines(file.chunks())
    return folder


def _free_name(folder: Path, name: str) -> Path:
    plain = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(char for char in plain if char.isprintable()).lstrip(".")[-LONGEST_NAME:]
    target = folder / (plain or "file")
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{number} {plain}"
    return target
