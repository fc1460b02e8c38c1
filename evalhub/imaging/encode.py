"""Make the renditions of one picture; runs in the child process only."""

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from evalhub.imaging import decode
from evalhub.imaging.errors import CannotStripError, Refused
from evalhub.imaging.facts import CONTENT_TYPES, EXTENSIONS, Facts, Format
from evalhub.imaging.inspect import DAMAGED, inspect_bytes, read_limited
from evalhub.imaging.limits import Limits
from evalhub.imaging.measure import Measured, jpeg_quality, measure
from evalhub.imaging.strip import STRIPPABLE, strip
from evalhub.imaging.work import BOXES, Ending, Job, Kind, Outcome, Rendered

# Method 0 takes a quarter of the time of Pillow's default 4 and about 15 % more bytes.
WEBP_METHOD = 0
QUALITIES = {Kind.SCREEN: 85, Kind.EXAMPLE: 85, Kind.THUMBNAIL: 82}

# Lossless WebP is smaller and faster than PNG, but takes several times the picture's memory.
LOSSLESS_WEBP_PIXELS = 16_000_000
LOSSLESS_WEBP_SIDE = 16_383
LOSSLESS_WEBP_EFFORT = 20
PNG_LEVEL = 1


def run(job: Job) -> Outcome:
    """Render a job's picture into its folder; a bad file or a full disk is an outcome."""
    try:
        files = render(read_limited(job.source, job.limits), job.kinds, job.limits)
        return Outcome(Ending.DONE, rendered=[file.write(job.folder) for file in files])
    except Refused as error:
        return Outcome(Ending.REFUSED, error.reason)
    except MemoryError:
        return Outcome(Ending.REFUSED, _too_much_memory(job.limits))
    except decode.DECODER_ERRORS as error:
        # Decoders work in memory, so an error number comes from the disk.
        if isinstance(error, OSError) and error.errno is not None:
            return Outcome(Ending.STORAGE, str(error.strerror), error.errno)
        return Outcome(Ending.REFUSED, _explain(error))


class File:
    """An encoded rendition, still in memory, and what was measured on it."""

    def __init__(
        self,
        kind: Kind,
        kept: Format,
        content: bytes,
        size: tuple[int, int],
        measured: Measured | None = None,
    ) -> None:
        self.kind = kind
        self.format = kept
        self.content = content
        self.size = size
        self.measured = measured or {}

    def write(self, folder: Path) -> Rendered:
        """Write the file to disk and have it there before this returns."""
        path = folder / f"{self.kind}.{EXTENSIONS[self.format]}"
        with path.open("wb") as file:
            file.write(self.content)
            file.flush()
            os.fsync(file.fileno())
        return Rendered(
            kind=self.kind,
            path=path,
            width=self.size[0],
            height=self.size[1],
            bytes=len(self.content),
            content_type=CONTENT_TYPES[self.format],
            sha256=hashlib.sha256(self.content).hexdigest(),
            measured=self.measured,
        )


def render(data: bytes, kinds: Sequence[Kind], limits: Limits) -> list[File]:
    """Return the renditions of a picture, encoded; decode it once, as small as they allow.

    Raise Refused, MemoryError or one of DECODER_ERRORS.
    """
    facts = inspect_bytes(data, limits)
    if Kind.FULL in kinds and facts.format in STRIPPABLE:
        try:
            return _render_kept(data, facts, kinds, limits)
        except CannotStripError:
            pass
    return _render_decoded(data, facts, kinds, limits)


def _render_kept(data: bytes, facts: Facts, kinds: Sequence[Kind], limits: Limits) -> list[File]:
    """Keep the pixel data for the full rendition and make the others from what is kept.

    So the bytes that are served have been decoded to the end. Raise CannotStripError where they
    do not decode, or not to the same shape.
    """
    opened = decode.open_picture(data, facts, limits)
    kept = strip(data, facts, opened.info.get("icc_profile"))
    try:
        again = decode.open_picture(kept, facts, limits)
        if (again.size, again.mode) != (opened.size, opened.mode):
            raise CannotStripError("another shape")
        image = decode.decode(again, facts, _largest_box(kinds))
    except decode.DECODER_ERRORS as error:
        raise CannotStripError("what is kept does not decode") from error
    full = File(Kind.FULL, facts.format, kept, facts.upright_size)
    return [full, *_shrunk(image, kinds, jpeg_quality(opened))]


def _render_decoded(data: bytes, facts: Facts, kinds: Sequence[Kind], limits: Limits) -> list[File]:
    opened = decode.open_picture(data, facts, limits)
    if Kind.FULL not in kinds:
        image = decode.decode(opened, facts, _largest_box(kinds))
        return _shrunk(image, kinds, jpeg_quality(opened))
    image = decode.decode(opened, facts, None)
    return [_lossless(image), *_shrunk(image, kinds, jpeg_quality(opened))]


def _largest_box(kinds: Sequence[Kind]) -> int:
    return max((BOXES[kind] for kind in kinds if kind in BOXES), default=min(BOXES.values()))


def _shrunk(image: Image.Image, kinds: Sequence[Kind], quality: int | None) -> list[File]:
    """Return the boxed renditions, the largest first, each made from the one before.

    The screen size is measured before it is encoded; quality is the JPEG's own, or None.
    """
    files = []
    for kind, box in BOXES.items():
        if kind in kinds:
            image.thumbnail((box, box), reducing_gap=2.0)
            content = _encode(
                image, Format.WEBP, quality=QUALITIES[kind], method=WEBP_METHOD, alpha_quality=100
            )
            measured = measure(image) | {"jpeg_quality": quality} if kind == Kind.SCREEN else None
            files.append(File(kind, Format.WEBP, content, image.size, measured))
    return files


def _lossless(image: Image.Image) -> File:
    width, height = image.size
    if width * height <= LOSSLESS_WEBP_PIXELS and max(image.size) <= LOSSLESS_WEBP_SIDE:
        content = _encode(
            image, Format.WEBP, lossless=True, exact=True, method=0, quality=LOSSLESS_WEBP_EFFORT
        )
        return File(Kind.FULL, Format.WEBP, content, image.size)
    content = _encode(image, Format.PNG, compress_level=PNG_LEVEL)
    return File(Kind.FULL, Format.PNG, content, image.size)


def _encode(image: Image.Image, kind: Format, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _too_much_memory(limits: Limits) -> str:
    size = limits.decode_memory_bytes // 1024**2
    return f"The picture needs more than {size} MB of memory to open. Make it smaller."


def _explain(error: BaseException) -> str:
    """Return a plain sentence for what a decoder raised."""
    if "Decompressed data too large" in str(error):
        return (
            "The picture carries too much text or too large a colour profile. "
            "Export it again without metadata."
        )
    return DAMAGED
