"""Colour profiles: apply one, or rebuild it from its numbers alone.

A profile's description, copyright and private tags can name a person, a firm or a device, so a
kept original carries a rebuilt profile: the tags that define its colours at their exact length,
under fixed texts, in a header without date, device or creator.
"""

import io
import struct
from functools import cache
from itertools import product

from PIL import Image, ImageChops, ImageCms

from evalhub.imaging.errors import CannotStripError

PROFILE_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)

_SPACES = {
    "1": "GRAY",
    "L": "GRAY",
    "LA": "GRAY",
    "P": "RGB",
    "RGB": "RGB",
    "RGBA": "RGB",
    "CMYK": "CMYK",
}
_LOOKUPS = (b"A2B0", b"A2B1", b"A2B2")
_TAGS = {
    b"RGB ": (b"wtpt", b"chad", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", *_LOOKUPS),
    b"GRAY": (b"wtpt", b"chad", b"kTRC", *_LOOKUPS),
    b"CMYK": (b"wtpt", *_LOOKUPS),
}
_CLASSES = {b"mntr", b"scnr", b"prtr", b"spac"}
_D50 = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
_MOST_TAGS = 100
_PIXELS = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
# One 8-bit step apart is rounding.
_SAME = 1


def _space_for(mode: str) -> str | None:
    """Return the colour space a profile must have to be meant for pixels of this mode."""
    return "GRAY" if mode.startswith("I;16") else _SPACES.get(mode)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def warm_up() -> None:
    """Make what is the same for every picture."""
    _srgb()
    for mode in ("L", "RGB", "CMYK"):
        _samples(mode)


def transform_to_srgb(icc: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform from a profile to sRGB.

    None where there is no profile, where it is broken, or where it is for other pixels: browsers
    pass over such a profile as well.
    """
    space = _space_for(mode)
    if not icc or space is None:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != space:
            return None
        pixels = _PIXELS[space]
        return ImageCms.buildTransform(profile, _srgb(), pixels, "RGB")
    except PROFILE_ERRORS:
        return None


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Return an L, LA, RGB, RGBA or CMYK picture as sRGB in mode RGB, or RGBA if it has alpha."""
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    transform = transform_to_srgb(icc, image.mode)
    if transform is None or _is_identity(transform, image.mode):
        return image.convert("RGB" if alpha is None else "RGBA")
    if alpha is not None:
        image = image.convert(image.mode.removesuffix("A"))
    image = _apply(transform, image)
    if alpha is not None:
        image.putalpha(alpha)
    return image


def rebuild(icc: bytes | None, mode: str) -> bytes | None:
    """Return the profile rebuilt from its numbers, or None where pixels are shown without it.

    Raise CannotStripError where it defines colours in a way that is not rebuilt here.
    """
    before = transform_to_srgb(icc, mode)
    if before is None or icc is None:
        return None
    try:
        rebuilt = _rebuild(icc)
    except (struct.error, IndexError, OverflowError) as error:
        raise CannotStripError("damaged profile") from error
    after = transform_to_srgb(rebuilt, mode)
    if after is None or not _agree(_probe(before, mode), _probe(after, mode)):
        raise CannotStripError("profile not rebuilt alike")
    return rebuilt


def _is_identity(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Say whether pixels come out as they go in, as for the sRGB profile most cameras embed."""
    if _space_for(mode) == "CMYK":
        return False
    return _agree(_probe(transform, mode), _samples(mode).convert("RGB"))


def _probe(transform: ImageCms.ImageCmsTransform, mode: str) -> Image.Image:
    return _apply(transform, _samples(mode))


def _apply(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise RuntimeError("a transform that is not in place returns a picture")
    return converted


@cache
def _samples(mode: str) -> Image.Image:
    """Return a picture with an even sample of all colours of the mode's space."""
    kind = _PIXELS[_space_for(mode) or "RGB"]
    steps = {"L": range(256), "RGB": range(0, 256, 17), "CMYK": range(0, 256, 51)}[kind]
    colours = bytes(value for colour in product(steps, repeat=len(kind)) for value in colour)
    return Image.frombytes(kind, (len(colours) // len(kind), 1), colours)


def _agree(one: Image.Image, other: Image.Image) -> bool:
    # The histogram's 256 counts per channel say how many pixels differ by how much.
    counts = ImageChops.difference(one, other).histogram()
    return not any(counts[step] for step in range(len(counts)) if step % 256 > _SAME)


def _rebuild(icc: bytes) -> bytes:
    version, kind, space, pcs = struct.unpack_from(">4s4s4s4s", icc, 8)
    if kind not in _CLASSES or space not in _TAGS:
        raise CannotStripError("unusual profile class")
    intent = icc[64:68]
    wanted = _TAGS[space]
    (count,) = struct.unpack_from(">I", icc, 128)
    if count > _MOST_TAGS:
        raise CannotStripError("too many tags")
    elements = dict(_fixed_texts(version[0]))
    for index in range(count):
        name, start, size = struct.unpack_from(">4sII", icc, 132 + 12 * index)
        if name in wanted:
            elements[name] = _exact(icc[start : start + size])
    table, data = b"", b""
    start = 132 + 12 * len(elements)
    for name, element in elements.items():
        table += struct.pack(">4sII", name, start + len(data), len(element))
        data += element + b"\0" * (-len(element) % 4)
    head = struct.pack(
        ">I4x4s4s4s4s12s4s24x4s12s48x",
        start + len(data),
        version,
        kind,
        space,
        pcs,
        _DATE,
        b"acsp",
        intent,
        _D50,
    )
    return head + struct.pack(">I", len(elements)) + table + data


def _fixed_texts(major: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the description and copyright that the standard requires, saying nothing."""
    if major >= 4:
        text = "-".encode("utf-16-be")
        element = struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(text), 28) + text
        return (b"desc", element), (b"cprt", element)
    description = struct.pack(">4s4xI2s", b"desc", 2, b"-\0") + b"\0" * 78
    return (b"desc", description), (b"cprt", b"text\0\0\0\0-\0")


def _exact(element: bytes) -> bytes:
    """Return a tag's element cut to the length its own header asks for, its reserved bytes zero."""
    kind = element[:4]
    if kind == b"XYZ ":
        length = 20
    elif kind == b"sf32":
        length = 44
    elif kind == b"curv":
        length = 12 + 2 * int(struct.unpack_from(">I", element, 8)[0])
    elif kind == b"para":
        function = int(struct.unpack_from(">H", element, 8)[0])
        if function not in _PARAMETERS:
            raise CannotStripError("unknown curve")
        length = 12 + 4 * _PARAMETERS[function]
        element = element[:10] + b"\0\0" + element[12:]
    elif kind in {b"mft1", b"mft2"}:
        length = _lookup_length(element)
        element = element[:11] + b"\0" + element[12:]
    else:
        raise CannotStripError(f"tag type {kind!r}")
    if len(element) < length:
        raise struct.error("tag cut short")
    return kind + b"\0\0\0\0" + element[8:length]


def _lookup_length(element: bytes) -> int:
    """Return the length of a lut8Type or lut16Type element (ICC.1:2022, 10.10 and 10.11)."""
    inputs, outputs, grid = element[8:11]
    entries, results, width, start = 256, 256, 1, 48
    if element[:4] == b"mft2":
        entries, results = struct.unpack_from(">HH", element, 48)
        width, start = 2, 52
    return int(start + width * (inputs * entries + grid**inputs * outputs + outputs * results))
