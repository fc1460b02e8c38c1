"""What parent and child process tell each other: a job, and what came of it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from evalhub.imaging.limits import Limits


class Kind(StrEnum):
    """The renditions of a picture: those that fit a box, and the whole picture at full size.

    An example is made of a picture in a rubric only; the others of every picture of a task.
    """

    THUMBNAIL = "thumbnail"
    EXAMPLE = "example"
    SCREEN = "screen"
    FULL = "full"


BOXES = {Kind.SCREEN: 1600, Kind.EXAMPLE: 640, Kind.THUMBNAIL: 320}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished rendition: its file, its upright size in pixels, and the sha256 of its bytes.

    The screen size also carries what was measured of the picture (evalhub/imaging/measure.py).
    """

    kind: Kind
    path: Path
    width: int
    height: int
    bytes: int
    content_type: str
    sha256: str
    measured: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to be rendered into a folder that is the job's own."""

    source: Path
    folder: Path
    kinds: Sequence[Kind]
    limits: Limits

    def to_line(self) -> bytes:
        """Return the job as one line of JSON."""
        fields = {
            "source": str(self.source),
            "folder": str(self.folder),
            "kinds": list(self.kinds),
            "limits": asdict(self.limits),
        }
        return json.dumps(fields).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Job":
        """Return the job that to_line() wrote."""
        fields: dict[str, Any] = json.loads(line)
        return cls(
            source=Path(fields["source"]),
            folder=Path(fields["folder"]),
            kinds=[Kind(kind) for kind in fields["kinds"]],
            limits=Limits(**fields["limits"]),
        )


class Ending(StrEnum):
    """How a job ended."""

    DONE = "done"
    REFUSED = "refused"
    STORAGE = "storage"
    CRASHED = "crashed"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: the renditions, or a reason, an errno or a signal with its explanation."""

    ending: Ending
    text: str = ""
    number: int = 0
    rendered: Sequence[Rendered] = ()

    def to_line(self) -> bytes:
        """Return the outcome as one line of JSON."""
        fields = asdict(self) | {
            "rendered": [asdict(one) | {"path": str(one.path)} for one in self.rendered]
        }
        return json.dumps(fields).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Outcome":
        """Return the outcome that to_line() wrote."""
        fields: dict[str, Any] = json.loads(line)
        return cls(
            ending=Ending(fields["ending"]),
            text=fields["text"],
            number=fields["number"],
            rendered=[
                Rendered(**one | {"kind": Kind(one["kind"]), "path": Path(one["path"])})
                for one in fields["rendered"]
            ],
        )
