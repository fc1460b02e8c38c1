"""What a picture's header says about it."""

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """The formats that are read, by the name Pillow gives them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    AVIF = "AVIF"
    GIF = "GIF"
    TIFF = "TIFF"


CONTENT_TYPES = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.WEBP: "image/webp",
    Format.AVIF: "image/avif",
    Format.GIF: "image/gif",
    Format.TIFF: "image/tiff",
}

EXTENSIONS = {
    Format.JPEG: "jpg",
    Format.PNG: "png",
    Format.WEBP: "webp",
    Format.AVIF: "avif",
    Format.GIF: "gif",
    Format.TIFF: "tif",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Header facts: stored size in pixels, Pillow's mode, bits per channel, EXIF orientation 1-8.

    Nothing has been decoded, so a file with good facts may still turn out to be damaged.
    """

    format: Format
    width: int
    height: int
    mode: str
    depth: int = 8
    orientation: int = 1

    @property
    def upright_size(self) -> tuple[int, int]:
        """Return width and height as seen once the orientation is applied."""
        return upright_size((self.width, self.height), self.orientation)

    @property
    def content_type(self) -> str:
        """Return the media type that the content, not the name, asks for."""
        return CONTENT_TYPES[self.format]

    @property
    def extension(self) -> str:
        """Return the usual file name ending, without its dot."""
        return EXTENSIONS[self.format]


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the size with its sides swapped where the orientation turns by a quarter."""
    width, height = size
    return (height, width) if orientation >= 5 else (width, height)
