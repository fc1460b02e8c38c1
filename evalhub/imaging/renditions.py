"""Make a picture's renditions, whole or not at all."""

import logging
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evalhub.imaging import sandbox
from evalhub.imaging.errors import DecoderDied, Refused
from evalhub.imaging.limits import DEFAULT_LIMITS, Limits
from evalhub.imaging.staging import publish, staging
from evalhub.imaging.work import Ending, Job, Kind, Outcome, Rendered

__all__ = ["ALL_KINDS", "Kind", "Rendered", "render"]

ALL_KINDS = (Kind.THUMBNAIL, Kind.SCREEN, Kind.FULL)

logger = logging.getLogger(__name__)


def render(
    source: Path,
    out_dir: Path,
    kinds: Sequence[Kind] = ALL_KINDS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Rendered]:
    """Decode a picture in a confined process and write its renditions into its own folder.

    The names are fixed (thumbnail.webp, screen.webp, full.jpg, .png or .webp), so out_dir belongs
    to one picture; a second run replaces its files by the same bytes. Each file appears whole, by
    rename. Raise Refused where the file is at fault, DecoderDied where the decoder died or hung,
    and OSError where the disk is full or the source is gone.
    """
    with staging(out_dir) as folder:
        job = Job(source.absolute(), folder.absolute(), kinds, limits)
        made = _judge(sandbox.shared.run(job), limits)
        finished = [replace(one, path=out_dir / one.path.name) for one in made]
        publish(
            [(one.path, last.path) for one, last in zip(made, finished, strict=True)],
            out_dir,
        )
    return finished


def _judge(outcome: Outcome, limits: Limits) -> list[Rendered]:
    """Return the renditions, or raise what the outcome amounts to."""
    match outcome.ending:
        case Ending.DONE:
            return list(outcome.rendered)
        case Ending.REFUSED:
            raise Refused(outcome.text)
        case Ending.STORAGE:
            raise OSError(outcome.number, outcome.text)
        case Ending.KILLED if outcome.number == signal.SIGXCPU:
            raise Refused(
                f"The picture takes more than {limits.decode_cpu_seconds} seconds of computing to "
                "open. Save it as a plain JPEG or PNG."
            )
        case Ending.KILLED if outcome.number == signal.SIGALRM:
            raise DecoderDied(
                f"Opening the picture took longer than {limits.decode_wall_seconds} seconds. "
                "Try again, or save it as a plain JPEG or PNG."
            )
    logger.error("decoder ended: %s %s", outcome.ending, outcome.text)
    raise DecoderDied(
        "The program that opens pictures stopped at this one. "
        "Try again, or save it as a plain JPEG or PNG."
    )
