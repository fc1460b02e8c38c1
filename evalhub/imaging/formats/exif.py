"""The one piece of EXIF that matters to how a picture looks: its orientation."""

import struct

ORIENTATION_TAG = 0x0112
UPRIGHT = 1
HEADER = b"Exif\0\0"

_SHORT = 3
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def read_orientation(block: bytes) -> int:
    """Return 1-8 from an EXIF block, its "Exif" header optional; 1 where it cannot be read."""
    block = block.removeprefix(HEADER)
    order = _BYTE_ORDERS.get(block[:4])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, start)
        for index in range(count):
            tag, kind, length, value = struct.unpack_from(
                f"{order}HHIH", block, start + 2 + 12 * index
            )
            if tag == ORIENTATION_TAG:
                good = kind == _SHORT and length == 1 and 1 <= value <= 8
                return int(value) if good else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def orientation_only(orientation: int) -> bytes:
    """Return the smallest EXIF block, with its header, that says nothing but the orientation."""
    directory = struct.pack(">HHHIHHI", 1, ORIENTATION_TAG, _SHORT, 1, orientation, 0, 0)
    return HEADER + b"MM\0*" + struct.pack(">I", 8) + directory
