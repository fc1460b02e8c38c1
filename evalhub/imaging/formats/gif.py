"""GIF: its logical screen; frames are left to the decoder."""

import struct

from evalhub.imaging.facts import Facts, Format


def read_facts(data: bytes) -> Facts:
    """Return the size of the logical screen; struct.error where the header is cut short."""
    width, height = struct.unpack_from("<HH", data, 6)
    return Facts(Format.GIF, width, height, "P")
