"""Colour profiles made of numbers for the imaging tests, with private texts to be found."""

from __future__ import annotations

import struct

import numpy as np

from tests.pictures import Pixels

SECRET = b"PRIVATE PROFILE OWNER"

# Adobe RGB (1998) and sRGB primaries as XYZ columns adapted to D50 (Lindbloom).
WIDE = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)
_SRGB = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
GAMMA = 2.2


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _profile(space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    description = struct.pack(">4s4xI", b"desc", len(SECRET) + 1) + SECRET + b"\0" + b"\0" * 78
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0" + SECRET + b"\0",
        b"dmnd": description,
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249) + SECRET,
        **tags,
    }
    table, data, start = b"", b"", 132 + 12 * len(tags)
    for name, element in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(element))
        data += element + b"\0" * (-len(element) % 4)
    body = struct.pack(">I", len(tags)) + table + data
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s16x",
        128 + len(body),
        b"PRIV",
        0x02100000,
        b"mntr" if space != b"CMYK" else b"prtr",
        space,
        connection,
        *(1999, 12, 31, 23, 59, 58),
        b"acsp",
        b"APPL",
        0,
        b"PRIV",
        b"PRIV",
        0,
        0,
        _fixed(0.9642, 1.0, 0.8249),
        b"PRIV",
    )
    return head + SECRET[:20].ljust(28, b"\0") + body


def _gamma_curve() -> bytes:
    return struct.pack(">4s4xIH", b"curv", 1, round(GAMMA * 256)) + b"\0\0" + SECRET


def wide_rgb() -> bytes:
    """A matrix profile of Adobe RGB's primaries, with a private text wherever one fits."""
    return _matrix(WIDE, _gamma_curve())


def plain_srgb() -> bytes:
    """A profile that changes nothing, as most cameras embed one, with private texts."""
    values = np.linspace(0, 1, 1024)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    table = (linear * 0xFFFF).round().astype(">u2").tobytes()
    return _matrix(_SRGB, struct.pack(">4s4xI", b"curv", 1024) + table)


def _matrix(primaries: Pixels, curve: bytes) -> bytes:
    columns = {
        name: b"XYZ \0\0\0\0" + _fixed(*column)
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries.T, strict=True)
    }
    return _profile(b"RGB ", b"XYZ ", columns | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def dark_grey() -> bytes:
    """A grey profile of gamma 2.2 times two, under which mid-grey is far darker than in sRGB."""
    curve = struct.pack(">4s4xIH", b"curv", 1, round(2 * GAMMA * 256)) + b"\0\0"
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": curve})


def simple_cmyk() -> bytes:
    """A four-colour profile whose lookup table makes each corner a plain Lab colour."""
    nodes = b""
    for index in range(16):
        cyan, magenta, yellow, black = (index >> shift & 1 for shift in (3, 2, 1, 0))
        lightness = max(0.0, 1 - 0.25 * (cyan + magenta + yellow) - black)
        green_red, blue_yellow = 0.5 + 0.2 * (magenta - cyan), 0.5 + 0.2 * (yellow - cyan)
        nodes += b"".join(
            struct.pack(">H", round(value * 0xFF00))
            for value in (lightness, green_red, blue_yellow)
        )
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    ramp = struct.pack(">2H", 0, 0xFFFF)
    element = (
        struct.pack(">4s4x3Bx", b"mft2", 4, 3, 2)
        + identity
        + struct.pack(">2H", 2, 2)
        + ramp * 4
        + nodes
        + ramp * 3
        + SECRET
    )
    return _profile(b"CMYK", b"Lab ", {b"A2B0": element})


def wide_rgb_as_srgb(shown: Pixels) -> Pixels:
    """What sRGB pixels the wide profile's pixels amount to, by its definition."""
    xyz = (shown / 255) ** GAMMA @ WIDE.T
    linear = np.clip(xyz @ np.linalg.inv(_SRGB).T, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(curved * 255, dtype=np.float64)


def dark_grey_as_srgb(shown: Pixels) -> Pixels:
    """What sRGB greys the dark profile's greys amount to."""
    linear = (shown / 255) ** (2 * GAMMA)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(curved * 255, dtype=np.float64)
