"""Check what a file means, once its form is right: the rubric itself, and its example images."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from evalhub.imaging.errors import Refused
from evalhub.imaging.limits import MEBIBYTE
from rubrics.examples import check_plain
from rubrics.files.convert import RubricFile
from rubrics.files.problems import Path
from rubrics.files.shapes import Found
from rubrics.problems import spec_problems
from rubrics.spec import RubricSpec

# No example that the product made is larger, not even of noise that shines through.
MOST_EXAMPLE_BYTES = MEBIBYTE

_PART = re.compile(r"\w+|\[\d+\]")
# Where columns stand in a file, when it is not under their own name.
_PLACES: dict[str, Path] = {
    "is_required": ("required",),
    "is_per_image": ("per_image",),
    "allows_not_applicable": ("not_applicable",),
    "justification_rule": ("justification", "rule"),
    "justification_cites": ("justification", "cite"),
    "justification_min_length": ("justification", "min_length"),
}
_CONDITIONS = {"show": "show_when", "require": "require_when"}


def meaning_problems(file: RubricFile) -> Iterator[Found]:
    """Yield what keeps the rubric from being published as it is, and its examples from use."""
    for problem in spec_problems(file.spec):
        yield _place_in_file(problem.path, file.spec), problem.sentence
    for sha256, content in file.examples.items():
        if sentence := _example_problem(sha256, content):
            yield ("examples", sha256), sentence
    for position, criterion in enumerate(file.spec.criteria):
        for place, level in enumerate(criterion.levels):
            if level.example and level.example not in file.examples:
                path: Path = ("criteria", position, "levels", place, "example")
                yield path, "This example image is not in the file. Add it, or take this line out."


def _place_in_file(path: str, spec: RubricSpec) -> Path:
    """Return the place of what a path in a spec, such as criteria[2].condition, speaks of."""
    found: Path = ()
    for part in _PART.findall(path):
        if part.startswith("["):
            found = (*found, int(part[1:-1]))
        elif part == "condition" and len(found) == 2:
            effect = spec.criteria[int(found[1])].condition_effect
            found = (*found, _CONDITIONS.get(effect, part))
        else:
            found = (*found, *_PLACES.get(part, (part,)))
    return found


def _example_problem(sha256: str, content: bytes) -> str:
    if not content:
        return "This is no image in Base64."
    if len(content) > MOST_EXAMPLE_BYTES:
        return "This image has more than 1 MB. Make it smaller."
    if hashlib.sha256(content).hexdigest() != sha256:
        return "The SHA-256 of this image is another one. Export the file again."
    try:
        check_plain(content)
    except Refused as refused:
        return refused.reason
    return ""
