"""Take everything out of a file but its pixel data, orientation and colours.

The compressed pixel data stays byte for byte. Where that cannot be had (other formats, an
animation, a layout that is not plain, a turned PNG or WebP, whose orientation not every browser
follows) CannotStripError says so, and the picture is served re-encoded without loss instead.
"""

from evalhub.imaging import profiles
from evalhub.imaging.errors import CannotStripError
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.formats import exif, jpeg, png, webp

STRIPPABLE = frozenset({Format.JPEG, Format.PNG, Format.WEBP})


def strip(data: bytes, facts: Facts, icc: bytes | None) -> bytes:
    """Return the file without metadata, its colour profile rebuilt; CannotStripError if not sure.

    icc is the profile as the decoder found it in the file.
    """
    if facts.format not in STRIPPABLE:
        raise CannotStripError("no bare form of this format")
    profile = profiles.rebuild(icc, facts.mode)
    if facts.format == Format.JPEG:
        return jpeg.strip(data, facts.orientation, profile)
    if facts.orientation != exif.UPRIGHT:
        raise CannotStripError("turned")
    return png.strip(data, profile) if facts.format == Format.PNG else webp.strip(data, profile)
