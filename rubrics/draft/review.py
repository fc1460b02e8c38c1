"""What stands in the way of publishing a draft, and what is worth a look, by criterion."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rubrics.lint import lint
from rubrics.problems import spec_problems
from rubrics.spec import RubricSpec

CRITERION = re.compile(r"criteria\[(\d+)\]")


@dataclass(frozen=True)
class Note:
    """A sentence about the criterion at `place`, counted from 0; None: about the whole draft."""

    place: int | None
    sentence: str


@dataclass(frozen=True)
class Review:
    """The notes on a draft: problems keep it from being published, remarks do not."""

    problems: list[Note]
    remarks: list[Note]


def review_draft(spec: RubricSpec) -> Review:
    """Return what is to be said about `spec`."""
    places = {criterion.key: place for place, criterion in enumerate(spec.criteria)}
    return Review(
        problems=[Note(_place(one.path), one.sentence) for one in spec_problems(spec)],
        remarks=[Note(places.get(one.key), one.sentence) for one in lint(spec)],
    )


def _place(path: str) -> int | None:
    found = CRITERION.match(path)
    return int(found[1]) if found else None
