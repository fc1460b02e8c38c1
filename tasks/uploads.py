"""Take uploaded files to disk until their import: never in memory, never more than allowed."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, UnreadablePostError
from django.template.defaultfilters import filesizeformat

from tasks.models import Batch

# What a form adds to the bytes of its files.
FORM_BYTES = 1024 * 1024
LONGEST_STEM, LONGEST_SUFFIX = 180, 20  # bytes; file systems take 255 for a whole name
ABANDONED_SECONDS = 24 * 3600
DRAIN_BYTES = 64 * 1024


class IncomingFile(TemporaryUploadedFile):
    """An upload in the folder where it will stay, so that keeping it is a rename."""

    def __init__(self, name: str, content_type: str, size: int, *rest: Any) -> None:
        folder = Path(settings.INCOMING_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(prefix=".upload-", dir=folder)  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, size, *rest)


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Stream files to disk; once they are too many or too large together, drop all that comes.

    `problem` is then the sentence for the person.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.problem = ""
        self._files = 0
        self._bytes = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look at the size that is announced, before anything is read."""
        if content_length > settings.UPLOAD_MAX_BYTES + FORM_BYTES:
            self.problem = too_large()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._files += 1
        if self._files > settings.UPLOAD_MAX_FILES:
            self.problem = self.problem or too_many()
        if self.problem:
            raise StopUpload(connection_reset=True)
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = IncomingFile(
            self.file_name or "", self.content_type or "", 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._bytes += len(raw_data)
        if self._bytes > settings.UPLOAD_MAX_BYTES:
            self.problem = too_large()
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


def receive_upload(request: HttpRequest) -> str:
    """Read the body of `request` to disk; return why it cannot be used as a whole, if so."""
    handler = CappedUploadHandler(request)
    request.upload_handlers = [handler]
    try:
        len(request.POST)  # the first look at it reads the body
    except OSError as error:
        handler.upload_interrupted()
        if isinstance(error, UnreadablePostError):
            return "The connection was cut off before everything was sent. Send it again."
        if error.errno != errno.ENOSPC:
            raise
        return "There is no room left on the server for these files. Please tell your operator."
    if handler.problem:
        _read_to_the_end(request)
    return handler.problem


def _read_to_the_end(request: HttpRequest) -> None:
    """Throw away what still comes: a browser shows an answer only when it has sent everything.

    Django would do it line by line, and what is no text may be one line of any length.
    """
    with suppress(UnreadablePostError):
        while request.read(DRAIN_BYTES):
            pass


@contextmanager
def kept_uploads(files: Iterable[UploadedFile[bytes]]) -> Iterator[Path]:
    """Give a new folder with the uploaded files; it is gone again where the block fails.

    Each keeps its name; one that comes twice gets a number, so that none is lost.
    """
    folder = Path(settings.INCOMING_ROOT) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        for file in files:
            target = _free_name(folder, file.name or "")
            shutil.move(file.temporary_file_path(), target)  # type: ignore[attr-defined]
            target.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def remove_abandoned_uploads() -> int:
    """Remove what a killed process left behind a day ago and no import needs; return how much."""
    incoming = Path(settings.INCOMING_ROOT)
    before = time.time() - ABANDONED_SECONDS
    old = [path for path in incoming.glob("*") if path.lstat().st_mtime < before]
    if not old:
        return 0
    needed = {
        Path(path)
        for paths in Batch.objects.exclude(work_state="done").values_list("paths", flat=True)
        for path in paths
    }
    abandoned = [path for path in old if path.resolve() not in needed]
    for path in abandoned:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(abandoned)


def too_large() -> str:
    """Return the sentence for uploads over the limit."""
    return (
        f"These files are over {filesizeformat(settings.UPLOAD_MAX_BYTES)} together, which is the "
        "most in one go. Send them in several imports, or ask your operator to import a folder on "
        "the server."
    )


def too_many() -> str:
    """Return the sentence for more files than one form takes."""
    return (
        f"These are more than {settings.UPLOAD_MAX_FILES} files, which is the most in one go. "
        "Put them in a ZIP, or send them in several imports."
    )


def _free_name(folder: Path, name: str) -> Path:
    """Return a path in `folder` that is free, named like the file on the person's machine."""
    plain = "".join(char for char in name if char.isprintable() and char not in "/\\").lstrip(". ")
    whole = Path(plain or "file")
    stem, suffix = _shorten(whole.stem, LONGEST_STEM), _shorten(whole.suffix, LONGEST_SUFFIX)
    target, number = folder / f"{stem}{suffix}", 1
    while target.exists():
        number += 1
        target = folder / f"{stem} ({number}){suffix}"
    return target


def _shorten(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")
