"""The ways in which a picture can fail, each with a sentence that can be shown as it is."""


class ImagingError(Exception):
    """Carry a plain sentence that says what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(ImagingError):  # noqa: N818 - a verdict on a file
    """The file itself is at fault: trying again would give the same answer."""


class DecoderDied(ImagingError):  # noqa: N818 - an event
    """The decoding process died or hung; file or machine may be at fault, so try again."""


class CannotStripError(Exception):
    """The metadata cannot be taken out without touching the pixel data."""
