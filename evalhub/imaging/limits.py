"""How large a picture or an archive may be, and what decoding one may cost."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file, on the process that decodes it, and on one archive."""

    max_bytes: int = 64 * MEBIBYTE
    max_pixels: int = 64_000_000
    max_side: int = 32_768

    # Address space, as RLIMIT_AS counts it: a 64 megapixel picture takes 256 MB once decoded and
    # as much again while it is turned upright or converted.
    decode_memory_bytes: int = 1024 * MEBIBYTE
    decode_cpu_seconds: int = 30
    decode_wall_seconds: int = 60

    archive_members: int = 10_000
    archive_bytes: int = 2048 * MEBIBYTE
    # Pictures hardly deflate; a bomb deflates about 1000 to 1.
    archive_ratio: int = 100


DEFAULT_LIMITS = Limits()
