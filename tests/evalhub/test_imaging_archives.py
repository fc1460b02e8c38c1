"""A ZIP is judged before it is read, and read without a name of its ever being followed."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from evalhub.imaging.archives import is_archive, members
from evalhub.imaging.errors import Refused
from evalhub.imaging.limits import Limits
from tests.pictures import cornered, encoded

PICTURE = encoded(cornered(), "JPEG")
Entry = tuple[str | zipfile.ZipInfo, bytes]


def entry(name: str, kind: int = stat.S_IFREG) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    info.external_attr = (kind | 0o644) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def make_zip(folder: Path, *entries: Entry, comment: bytes = b"") -> Path:
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in entries:
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else entry(name), content)
    return path


def read(path: Path, limits: Limits | None = None) -> dict[str, bytes]:
    found = members(path, limits) if limits else members(path)
    return {member.name: b"".join(member.chunks()) for member in found}


def refusals(path: Path) -> dict[str, str | None]:
    return {member.name: member.refusal for member in members(path)}


def test_it_reads_the_files_in_their_order(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("set/b.jpg", PICTURE), ("set/ä.jpg", b"x" * 200_000), ("c", b""))

    assert is_archive(path)
    assert list(read(path).items()) == [
        ("set/b.jpg", PICTURE),
        ("set/ä.jpg", b"x" * 200_000),
        ("c", b""),
    ]


def test_it_reads_an_archive_with_a_comment(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("a.jpg", PICTURE), comment=b"c" * 60_000)

    assert read(path) == {"a.jpg": PICTURE}


def test_it_passes_over_folders_and_what_desktops_drop(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path,
        (entry("set/", stat.S_IFDIR), b""),
        ("set/a.jpg", PICTURE),
        ("__MACOSX/set/._a.jpg", b"\0"),
        ("set/._b.jpg", b"\0"),
        ("set/.DS_Store", b"\0"),
        ("set/Thumbs.db", b"\0"),
    )

    assert read(path) == {"set/a.jpg": PICTURE}


@pytest.mark.parametrize(
    "name",
    [
        "../evil.jpg",
        "a/../../evil.jpg",
        "/etc/evil.jpg",
        "..\\evil.jpg",
        "a\\b.jpg",
        "C:evil.jpg",
        "C:/evil.jpg",
        "a\nb.jpg",
        "a\x7f.jpg",
        "__MACOSX/../../evil.jpg",
    ],
)
def test_it_refuses_an_archive_with_a_name_that_leads_out(name: str, tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("good.jpg", PICTURE), (name, PICTURE))

    with pytest.raises(Refused, match="name leads out of it") as refused:
        read(path)

    assert refused.value.reason.isprintable()
    assert [one.name for one in tmp_path.iterdir()] == ["upload.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_it_refuses_an_archive_with_links_or_devices(kind: int, tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("good.jpg", PICTURE), (entry("a", kind), b"/etc/hostname"))

    with pytest.raises(Refused, match="a link or a device"):
        read(path)


def test_it_refuses_more_files_than_allowed(tmp_path: Path) -> None:
    path = make_zip(tmp_path, *((f"{number}.jpg", b"") for number in range(4)))

    assert len(read(path, Limits(archive_members=4))) == 4
    with pytest.raises(Refused, match=r"more than 3 files\. Split it"):
        read(path, Limits(archive_members=3))


def test_it_refuses_a_long_directory_without_reading_it(tmp_path: Path) -> None:
    path = make_zip(tmp_path, *((f"{'n' * 2000}{number}", b"") for number in range(3)))
    content = bytearray(path.read_bytes())
    # The end record may understate how many files there are.
    end = content.rfind(b"PK\5\6")
    content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    path.write_bytes(content)

    with pytest.raises(Refused, match=r"more than 4 files\. Split it"):
        read(path, Limits(archive_members=4))


def test_it_refuses_a_long_directory_that_only_the_large_end_record_tells(tmp_path: Path) -> None:
    path = make_zip(tmp_path, *((f"{'n' * 2000}{number}", b"") for number in range(3)))
    content = path.read_bytes()
    end = content.rfind(b"PK\5\6")
    size, offset = struct.unpack_from("<II", content, end + 12)
    large = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 3, 3, size, offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    small = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFFFFFF, 0)
    path.write_bytes(content[:end] + large + locator + small)

    assert len(read(path)) == 3
    with pytest.raises(Refused, match=r"more than 4 files\. Split it"):
        read(path, Limits(archive_members=4))


def test_it_refuses_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = make_zip(tmp_path, *((f"{number}.jpg", PICTURE) for number in range(4)))

    assert len(read(path, Limits(archive_bytes=4 * len(PICTURE)))) == 4
    with pytest.raises(Refused, match="Split it into several"):
        read(path, Limits(archive_bytes=4 * len(PICTURE) - 1))


def test_it_refuses_what_deflates_like_no_picture(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("big.jpg", bytes(2 << 20)))

    assert len(read(path, Limits(archive_ratio=2000))) == 1
    with pytest.raises(Refused, match="more than 100 times its size"):
        read(path)


def test_it_refuses_files_that_share_bytes(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("a.jpg", PICTURE), ("b.jpg", PICTURE))
    content = bytearray(path.read_bytes())
    second = content.rfind(b"PK\1\2")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(content)

    with pytest.raises(Refused, match="damaged or incomplete"):
        read(path)


def test_it_refuses_a_file_that_holds_more_than_it_declares(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("lie.jpg", PICTURE * 50))
    content = bytearray(path.read_bytes())
    directory = content.rfind(b"PK\1\2")
    content[directory + 24 : directory + 28] = struct.pack("<I", 100)
    path.write_bytes(content)

    with pytest.raises(Refused, match=r"“lie\.jpg” is damaged in the archive"):
        read(path)


def test_it_refuses_a_file_that_holds_less_than_it_declares(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("lie.jpg", PICTURE))
    content = bytearray(path.read_bytes())
    directory = content.rfind(b"PK\1\2")
    content[directory + 24 : directory + 28] = struct.pack("<I", len(PICTURE) + 1)
    path.write_bytes(content)

    with pytest.raises(Refused, match=r"“lie\.jpg” is damaged in the archive"):
        read(path)


def test_it_tells_of_each_file_that_cannot_be_used(tmp_path: Path) -> None:
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("a.jpg", PICTURE)
    odd = entry("odd.jpg")
    odd.compress_type = zipfile.ZIP_BZIP2
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = make_zip(
            tmp_path,
            ("a.jpg", PICTURE),
            ("A.jpg", PICTURE),
            ("inner.ZIP", nested.getvalue()),
            (odd, PICTURE),
            ("a.jpg", b"another"),
        )

    found = [(member.name, member.refusal) for member in members(path)]

    assert found == [
        ("a.jpg", None),
        ("A.jpg", None),
        ("inner.ZIP", "The file is an archive within the archive. Unpack it first."),
        ("odd.jpg", "The file is packed in an unusual way. Make an ordinary ZIP archive."),
        ("a.jpg", "Another file in the archive has the same name. Rename one of them."),
    ]


def test_it_does_not_read_a_file_it_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("inner.zip", b"PK"))

    with pytest.raises(Refused, match="an archive within the archive"):
        read(path)


def test_it_tells_of_a_file_over_the_byte_limit(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("a.jpg", PICTURE))

    (member,) = members(path, Limits(max_bytes=len(PICTURE) - 1))

    assert member.refusal is not None
    assert member.refusal.startswith("The file is 0 MB; the limit is 0 MB.")


def test_it_tells_of_a_locked_file(tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("a.jpg", PICTURE))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rfind(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)

    assert refusals(path) == {
        "a.jpg": "The file is locked with a password. Make the archive again without one."
    }


@pytest.mark.parametrize("cut", [1, 30, 300, 1000])
def test_it_refuses_a_broken_archive(cut: int, tmp_path: Path) -> None:
    path = make_zip(tmp_path, ("a.jpg", PICTURE), ("b.jpg", PICTURE))
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(Refused, match="damaged or incomplete"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PK", PICTURE, b"text" * 9000])
def test_it_refuses_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(content)

    assert not is_archive(path)
    with pytest.raises(Refused, match="damaged or incomplete"):
        read(path)


def test_it_refuses_an_empty_archive(tmp_path: Path) -> None:
    path = make_zip(tmp_path, (".DS_Store", b"\0"))

    with pytest.raises(Refused, match="holds no files"):
        read(path)
    with pytest.raises(Refused, match="holds no files"):
        read(make_zip(tmp_path))


def test_it_lets_a_missing_file_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "gone.zip")


def test_it_cannot_be_read_once_the_archive_is_closed(tmp_path: Path) -> None:
    found = list(members(make_zip(tmp_path, ("a.jpg", PICTURE))))

    with pytest.raises(RuntimeError, match="closed"):
        b"".join(found[0].chunks())
