"""Decode one picture into upright sRGB pixels; runs in the child process only."""

import io
import struct
import warnings
import zlib

from PIL import AvifImagePlugin, Image, ImageCms, ImageFile, UnidentifiedImageError

from evalhub.imaging import profiles
from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Facts, Format
from evalhub.imaging.inspect import check_size
from evalhub.imaging.limits import Limits

# All that Pillow's decoders raise for a bad file. The bomb error is no OSError.
DECODER_ERRORS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    zlib.error,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    ImageCms.PyCMSError,
)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_READY = {"L", "LA", "RGB", "RGBA", "CMYK"}
_CONVERSIONS = {"1": "L", "P": "RGB", "PA": "RGBA", "RGBX": "RGB", "YCbCr": "RGB"}


def warm_up() -> None:
    """Load every decoder and table now, so that a fork of this process need not."""
    Image.init()
    profiles.warm_up()


def prepare(limits: Limits) -> None:
    """Set Pillow's own limits for this process: no bomb, no half picture, one thread."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def open_picture(data: bytes, facts: Facts, limits: Limits) -> Image.Image:
    """Open the first frame without decoding it; one of DECODER_ERRORS or Refused if it is bad.

    Only the format that the content shows is tried. Pillow reports a JPEG with several pictures
    as MPO, which is why JPEG is named and not MPO.
    """
    image = Image.open(io.BytesIO(data), formats=[facts.format])
    check_size(*image.size, limits)
    return image


def decode(image: Image.Image, facts: Facts, box: int | None) -> Image.Image:
    """Return an opened picture upright, in sRGB, as RGB or RGBA, shrunk to fit the box (pixels).

    Raise Refused for pixels that cannot be shown, else what the decoder raises for a bad file.
    """
    icc = image.info.get("icc_profile")
    if box is not None:
        # A square box would keep the scaled decode from taking the longer side into account.
        image.draft(None, _fit(image.size, box))
    image.load()
    image = _plain_mode(image, facts.depth)
    if box is not None:
        image.thumbnail((box, box), reducing_gap=2.0)
    image = profiles.to_srgb(image, icc)
    # Pillow turns a TIFF upright as it loads.
    if facts.format != Format.TIFF and facts.orientation in _TURNS:
        image = image.transpose(_TURNS[facts.orientation])
    # Nothing of the file's own metadata may reach an encoder.
    image.info = {}
    return image


def _fit(size: tuple[int, int], box: int) -> tuple[int, int]:
    scale = min(1.0, box / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain_mode(image: Image.Image, depth: int) -> Image.Image:
    """Return the picture with 8 bits per channel in one of the modes L, LA, RGB, RGBA or CMYK."""
    transparency = image.info.get("transparency")
    if image.mode.startswith("I;16"):
        image = _halve_depth(image)
    if image.mode in {"P", "1", "L", "RGB"} and transparency is not None:
        image.info["transparency"] = _as_8_bit(transparency, image.mode, depth)
        return image.convert("RGBA")
    if image.mode in _READY:
        return image
    if image.mode not in _CONVERSIONS:
        raise Refused(
            f"The picture's colours are stored in a way that is not read ({image.mode}). "
            "Save it as RGB with 8 or 16 bits."
        )
    return image.convert(_CONVERSIONS[image.mode])


def _halve_depth(image: Image.Image) -> Image.Image:
    """Return 16-bit grey scaled to 8 bits: convert() alone would clip all but black to white."""
    if image.mode != "I;16":
        image = image.convert("I")
    return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")


def _as_8_bit(transparency: object, mode: str, depth: int) -> object:
    """Return a transparent colour on the scale of the decoded pixels.

    Pillow scales pixels of 2, 4 and 16 bits to 8, but leaves the transparent colour as it was.
    """
    if mode in {"P", "1"} or depth in {1, 8}:
        return transparency
    if isinstance(transparency, tuple):
        return tuple(value >> 8 if depth == 16 else value for value in transparency)
    if isinstance(transparency, int):
        return round(transparency / 257) if depth == 16 else transparency * (255 // (2**depth - 1))
    return transparency
