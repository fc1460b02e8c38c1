"""Example images of levels: one small WebP each, without metadata, named by its content."""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from evalhub.imaging.errors import DecoderDied, Refused
from evalhub.imaging.facts import Format
from evalhub.imaging.formats.webp import read_chunks
from evalhub.imaging.inspect import DAMAGED, inspect_bytes
from evalhub.imaging.limits import MEBIBYTE, Limits
from evalhub.imaging.renditions import Kind, Rendered, render
from evalhub.imaging.staging import publish, staging, write_through
from evalhub.imaging.work import BOXES
from rubrics.models import ExampleImage, Rubric

LONGEST_SIDE = BOXES[Kind.EXAMPLE]
UPLOAD_LIMITS = Limits(max_bytes=16 * MEBIBYTE)
STORED_LIMITS = Limits(max_bytes=2 * MEBIBYTE)
# What a still WebP without metadata is made of.
PLAIN_CHUNKS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH"}


def make_example(data: bytes) -> bytes:
    """Return the picture in `data` as an example: upright, in sRGB, as one small WebP.

    It is decoded in the confined process. Raises Refused, in words, for what is no whole picture.
    """
    with _rendered(data, UPLOAD_LIMITS) as made:
        return made.path.read_bytes()


def store_example(rubric: Rubric, webp: bytes) -> ExampleImage:
    """Keep a finished example byte for byte, and return its row; the same row for the same bytes.

    Raises Refused, in words, for anything but a small, plain WebP that decodes to its end.
    """
    sha256 = hashlib.sha256(webp).hexdigest()
    if known := rubric.examples.filter(sha256=sha256).first():
        return known
    width, height = check_plain(webp)
    with _rendered(webp, STORED_LIMITS):
        pass  # it decodes: nobody is served bytes that nobody has opened
    key = f"examples/{sha256[:2]}/{sha256}.webp"
    _write(Path(default_storage.path(key)), webp)
    row, _ = ExampleImage.objects.get_or_create(
        rubric=rubric,
        sha256=sha256,
        defaults={"key": key, "width": width, "height": height, "bytes": len(webp)},
    )
    return row


def read_example(example: ExampleImage) -> bytes:
    """Return the bytes of a stored example."""
    with default_storage.open(example.key) as file:
        content: bytes = file.read()
    return content


def check_plain(webp: bytes) -> tuple[int, int]:
    """Return width and height in pixels; Refused for what `make_example` would not have made."""
    facts = inspect_bytes(webp, STORED_LIMITS)
    try:
        names = {name for name, _ in read_chunks(webp)} if facts.format is Format.WEBP else {b""}
    except struct.error as error:
        raise Refused(DAMAGED) from error
    if not names <= PLAIN_CHUNKS:
        raise Refused("An example image in a file is a still WebP picture without metadata.")
    if max(facts.width, facts.height) > LONGEST_SIDE:
        raise Refused(f"An example image is {LONGEST_SIDE} pixels at most on its longer side.")
    return facts.width, facts.height


@contextmanager
def _rendered(data: bytes, limits: Limits) -> Iterator[Rendered]:
    """Decode a picture in the confined process and yield its example, gone again afterwards."""
    inspect_bytes(data, limits)
    with tempfile.TemporaryDirectory(prefix="evalhub-example-") as name:
        source = Path(name) / "upload"
        source.write_bytes(data)
        try:
            [made] = render(source, Path(name) / "made", [Kind.EXAMPLE], limits)
        except DecoderDied as died:
            raise Refused(died.reason) from died
        yield made


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears under its name whole or never."""
    if path.exists():
        return
    with staging(path.parent) as folder:
        made = folder / path.name
        write_through(made, content)
        made.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        publish([(made, path)], path.parent)
