"""Where a manifest is, and the images it names: in its folder, or in a ZIP, never elsewhere."""

from __future__ import annotations

import hashlib
import posixpath
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from evalhub.imaging.archives import Member, escapes, is_archive, opened
from evalhub.imaging.errors import Refused
from tasks.manifests.table import BrokenManifestError

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|//|(data|blob|mailto|javascript):|www\.", re.IGNORECASE
)
_SHOWN = 100
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Where:
    """A manifest: a file, or a member of a ZIP; and the folder or ZIP its images are in."""

    path: Path
    member: str
    images: Path

    @property
    def name(self) -> str:
        """Return what the manifest is called in a report."""
        return posixpath.basename(self.member) or self.path.name


class Images(Protocol):
    """The images that a manifest may name."""

    def find(self, name: str) -> object:
        """Make sure that there is a file called `name`; Refused where there is none."""

    def content(self, name: str) -> Path | bytes:
        """Return the file called `name`, or what is in it; Refused where there is none."""


def locate(folder: Path, manifest: str) -> Where:
    """Return where `manifest` is: in `folder`, which may be a ZIP, or anywhere on the server.

    Its images are beside it where it is in the folder, and in the folder where it is elsewhere.
    """
    if folder.is_file():
        if not is_archive(folder):
            raise BrokenManifestError(f"{folder} is neither a folder nor a ZIP archive.")
        if _has_member(folder, manifest):
            return Where(folder, manifest, folder)
    found = [path for path in (folder / manifest, Path(manifest)) if path.is_file()]
    if not found:
        raise BrokenManifestError(f"There is no manifest called {manifest} in {folder}.")
    path, images = found[0].resolve(), folder.resolve()
    is_within = images.is_dir() and path.is_relative_to(images)
    return Where(path, "", path.parent if is_within else images)


def check_name(name: str) -> None:
    """Raise Refused where a manifest may not name a file so: an address, or a way out."""
    if _ADDRESS.match(name):
        raise Refused(
            f"“{shown(name)}” is an address, and nothing is fetched from the network. "
            "Put the image beside the manifest and name its file."
        )
    if "\\" in name:
        raise Refused(f"“{shown(name)}” has a “\\” in it. Write paths with “/”.")
    if escapes(name):
        raise Refused(_leads_out(name))


def shown(text: str) -> str:
    """Return text of a manifest fit to be stored and read in a sentence."""
    plain = "".join(char if char.isprintable() else "�" for char in text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def digest(file: BinaryIO) -> str:
    """Return the SHA-256 of a file, and go back to its start."""
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@contextmanager
def opened_manifest(where: Where) -> Iterator[BinaryIO]:
    """Give the manifest as a file that can be read from its start more than once."""
    if not where.member:
        with where.path.open("rb") as file:
            yield file
        return
    with opened(where.path) as members, tempfile.TemporaryFile() as copy:
        for chunk in _by_name(members)[where.member].chunks():
            copy.write(chunk)
        copy.seek(0)
        yield copy


@contextmanager
def opened_images(where: Where) -> Iterator[Images]:
    """Give the images that the manifest may name."""
    if where.images.is_dir():
        yield _Folder(where.images.resolve())
        return
    with opened(where.images) as members:
        yield _Archive(_by_name(members), posixpath.dirname(where.member))


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, name: str) -> Path:
        check_name(name)
        try:
            path = (self._root / name).resolve(strict=True)
            is_file = path.is_file()
        except (OSError, RuntimeError) as error:  # the latter for links in a circle
            raise Refused(_missing(name)) from error
        if not path.is_relative_to(self._root):
            raise Refused(_leads_out(name))
        if not is_file:
            raise Refused(_missing(name))
        return path

    def content(self, name: str) -> Path:
        return self.find(name)


class _Archive:
    def __init__(self, members: dict[str, Member], folder: str) -> None:
        self._members = members
        self._folder = folder

    def find(self, name: str) -> Member:
        check_name(name)
        member = self._members.get(posixpath.normpath(posixpath.join(self._folder, name)))
        if member is None:
            raise Refused(_missing(name))
        if member.refusal:
            raise Refused(member.refusal)
        return member

    def content(self, name: str) -> bytes:
        return b"".join(self.find(name).chunks())


def _has_member(archive: Path, name: str) -> bool:
    with opened(archive) as members:
        return any(member.name == name for member in members)


def _by_name(members: list[Member]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for member in members:
        found.setdefault(member.name, member)
    return found


def _missing(name: str) -> str:
    return f"There is no file called “{shown(name)}” beside the manifest."


def _leads_out(name: str) -> str:
    return (
        f"“{shown(name)}” leads out of the manifest’s folder. "
        "Name files by their path within that folder."
    )
