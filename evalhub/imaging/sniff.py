"""Tell what a file is from its first bytes; names are never trusted."""

import re

from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Format
from evalhub.imaging.formats import avif, png

USE = "Use JPEG, PNG, WebP, AVIF, GIF or TIFF."

_SIGNATURES = (
    (b"\xff\xd8\xff", Format.JPEG),
    (png.SIGNATURE, Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),
    (b"MM\0+", Format.TIFF),
)
_OTHER_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"BM", "a BMP picture"),
    (b"\0\0\1\0", "an icon"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|svg|html|script|!--)", re.IGNORECASE)
_HEAD = 1024


def sniff(data: bytes) -> Format:
    """Return the format that the first bytes show; else Refused, naming what the file is."""
    if not data:
        raise Refused("The file is empty. Save or export the picture again.")
    for signature, known in _SIGNATURES:
        if data.startswith(signature):
            return known
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if avif.is_avif(data):
        return Format.AVIF
    raise Refused(_name_other(data[:_HEAD]))


def _name_other(head: bytes) -> str:
    for signature, name in _OTHER_SIGNATURES:
        if head.startswith(signature):
            return f"This is {name}, which cannot be used here. {USE}"
    if head[4:8] == b"ftyp":
        name = "a HEIC picture" if head[8:12] in _HEIF_BRANDS else "a video"
        return f"This is {name}, which cannot be used here. {USE}"
    if _MARKUP.match(head):
        name = "an SVG drawing" if b"<svg" in head.lower() else "a web page or XML file"
        return f"This is {name}, not a picture made of pixels. {USE}"
    if _is_text(head):
        return f"This is a text file, not a picture. {USE}"
    return f"This is not a picture, or it is damaged from its first byte. {USE}"


def _is_text(head: bytes) -> bool:
    if any(byte < 32 and byte not in b"\t\n\f\r" for byte in head):
        return False
    try:
        # A head may end within a character.
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
