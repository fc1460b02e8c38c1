"""A folder to work in, beside where the files will be, that never outlives its worker for long."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = ".rendering-"


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """Yield a new folder within the parent, and remove it with what is left in it.

    A worker that is killed leaves its folder behind; the next staging() in the same parent removes
    it. A lock, which ends with its process, tells a folder in use from one that was left.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    folder, lock = _make_locked(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(parent: Path) -> None:
    """Remove the folders that killed workers left within the parent."""
    for folder in parent.glob(f"{PREFIX}*"):
        lock = _try_lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def write_through(path: Path, content: bytes) -> None:
    """Write a file and have its content on disk before returning."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def publish(files: list[tuple[Path, Path]], parent: Path) -> None:
    """Rename finished files into the parent, and have the names on disk before returning."""
    for made, final in files:
        made.replace(final)
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_locked(parent: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = _try_lock(folder)
        if lock is not None:
            return folder, lock
        # A sweep took the folder between its making and its locking.


def _try_lock(folder: Path) -> int | None:
    """Return a descriptor that holds the folder's lock; None where it is held or gone."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    if not folder.is_dir():
        os.close(descriptor)
        return None
    return descriptor
