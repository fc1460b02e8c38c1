"""Read the members of a ZIP one by one; nothing is ever extracted to a name of its choosing."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from evalhub.imaging.errors import Refused
from evalhub.imaging.inspect import check_bytes
from evalhub.imaging.limits import DEFAULT_LIMITS, MEBIBYTE, Limits

BROKEN = (
    "This ZIP archive is damaged or incomplete. Make it again, or send the pictures one by one."
)

_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)

_CHUNK = 1 << 16
_END, _END_SIZE = b"PK\5\6", 22
_LOCATOR, _LOCATOR_SIZE = b"PK\6\7", 20
_END64_SIZE = 56
_LOCAL_HEADER_SIZE = 30
_LONGEST_COMMENT = 0xFFFF
# An entry of the directory is 46 bytes and a name; this leaves room for long ones.
_ENTRY_SIZE = 1024
# Below this a ratio says nothing: a few kilobytes of zeros are no bomb.
_RATIO_FROM = MEBIBYTE

_JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
_NESTED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name as text, its declared size, and why it cannot be read, if so.

    It can be read only as long as the members() or the opened() that gave it has not ended.
    """

    name: str
    size: int
    refusal: str | None
    _archive: zipfile.ZipFile = field(repr=False, compare=False)
    _info: zipfile.ZipInfo = field(repr=False, compare=False)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content piece by piece; Refused where it is damaged or larger than declared."""
        if self.refusal is not None:
            raise Refused(self.refusal)
        if self._archive.fp is None:
            raise RuntimeError("the archive is closed: read its members while members() runs")
        left = self.size
        try:
            with self._archive.open(self._info) as file:
                while chunk := file.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise Refused(_damaged(self.name))
                    yield chunk
        except _ARCHIVE_ERRORS as error:
            raise Refused(_damaged(self.name)) from error
        if left:
            raise Refused(_damaged(self.name))


def is_archive(path: Path) -> bool:
    """Say whether a file's content, not its name, starts like a ZIP archive."""
    with path.open("rb") as file:
        return file.read(4) in {b"PK\3\4", _END}


def members(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Member]:
    """Yield a ZIP's files in their order; folders and the droppings of desktops are passed over.

    Names, links, count and declared sizes are judged before anything is read: an archive that
    tries to write elsewhere or to burst is refused whole, by Refused. A member that merely cannot
    be used carries its refusal.
    """
    with opened(path, limits) as found:
        yield from found


@contextmanager
def opened(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[list[Member]]:
    """Give a ZIP's files, judged as for members(), to be read in any order within the block."""
    with path.open("rb") as file, ExitStack() as stack:
        try:
            _check_directory_size(file, limits)
            archive = stack.enter_context(zipfile.ZipFile(file))
            infos = archive.infolist()
            _check_whole(infos, limits)
            wanted = [info for info in infos if not info.is_dir() and not _is_junk(info)]
            if not wanted:
                raise Refused("The ZIP archive holds no files. Put the pictures in it.")
            found = list(_judged(archive, wanted, limits))
        except _ARCHIVE_ERRORS as error:
            raise Refused(BROKEN) from error
        yield found


def _judged(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], limits: Limits
) -> Iterator[Member]:
    seen: set[str] = set()
    for info in infos:
        refusal = _refusal(info, seen, limits)
        seen.add(info.filename)
        yield Member(info.filename, info.file_size, refusal, archive, info)


def _check_directory_size(file: BinaryIO, limits: Limits) -> None:
    """Raise Refused where the directory is too long to be read into memory.

    zipfile reads all that the end record says, and passes over its count of members.
    """
    end = file.seek(0, 2)
    start = max(0, end - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE - _END64_SIZE)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(_END)
    if found < 0:
        raise Refused(BROKEN)
    (size,) = struct.unpack_from("<I", tail, found + 12)
    locator = found - _LOCATOR_SIZE
    if locator >= _END64_SIZE and tail[locator : locator + 4] == _LOCATOR:
        (size,) = struct.unpack_from("<Q", tail, locator - _END64_SIZE + 40)
    if size > limits.archive_members * _ENTRY_SIZE:
        raise Refused(_too_many(limits))


def _check_whole(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raise Refused where the archive as a whole is unsafe to read."""
    if len(infos) > limits.archive_members:
        raise Refused(_too_many(limits))
    for info in infos:
        if escapes(info.orig_filename):
            raise Refused(
                f"The ZIP archive holds a file whose name leads out of it ({_shown(info)}). "
                "Make it again from a folder of pictures."
            )
        if _is_special(info):
            raise Refused(
                f"The ZIP archive holds a link or a device ({_shown(info)}). "
                "Make it again from a folder of ordinary files."
            )
    _check_sizes(infos, limits)
    _check_overlap(infos)


def _check_sizes(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.archive_bytes:
        raise Refused(
            f"The ZIP archive unpacks to {total // MEBIBYTE:,} MB; the limit is "
            f"{limits.archive_bytes // MEBIBYTE:,} MB. Split it into several."
        )
    for info in infos:
        packed = max(1, info.compress_size)
        if info.file_size > _RATIO_FROM and info.file_size > packed * limits.archive_ratio:
            raise Refused(
                f"A file in the ZIP archive unpacks to more than {limits.archive_ratio} times its "
                f"size ({_shown(info)}), which no photograph does. Send it by itself."
            )


def _check_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Raise Refused where members share bytes, by which a small archive unpacks to a large one."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for one, following in pairwise(ordered):
        if one.header_offset + _LOCAL_HEADER_SIZE + one.compress_size > following.header_offset:
            raise Refused(BROKEN)


def _refusal(info: zipfile.ZipInfo, seen: set[str], limits: Limits) -> str | None:
    """Return why one member of a sound archive cannot be used, or None."""
    if info.flag_bits & 1:
        return "The file is locked with a password. Make the archive again without one."
    if info.compress_type not in _METHODS:
        return "The file is packed in an unusual way. Make an ordinary ZIP archive."
    if info.filename.lower().endswith(_NESTED):
        return "The file is an archive within the archive. Unpack it first."
    if info.filename in seen:
        return "Another file in the archive has the same name. Rename one of them."
    try:
        check_bytes(info.file_size, limits)
    except Refused as refused:
        return refused.reason
    return None


def escapes(name: str) -> bool:
    """Say whether a name leads out of the folder it is in, or is none that a file can have."""
    return (
        not name
        or name.startswith("/")
        or "\\" in name
        or _DRIVE.match(name) is not None
        or ".." in name.split("/")
        or any(ord(letter) < 32 or ord(letter) == 127 for letter in name)
    )


def _is_special(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind not in {0, stat.S_IFREG, stat.S_IFDIR}


def _is_junk(info: zipfile.ZipInfo) -> bool:
    *folders, name = info.filename.split("/")
    return "__MACOSX" in folders or name.startswith("._") or name.lower() in _JUNK


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a member's name fit to be read in a sentence."""
    name = info.orig_filename
    return ascii(name if len(name) <= 60 else f"{name[:57]}...")


def _damaged(name: str) -> str:
    return f"“{name}” is damaged in the archive. Make the archive again."


def _too_many(limits: Limits) -> str:
    return (
        f"The ZIP archive holds more than {limits.archive_members:,} files. Split it into several."
    )
