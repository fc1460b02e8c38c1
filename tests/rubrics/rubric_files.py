"""A small rubric file, whole and broken in one place, for the tests of files."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from rubrics.files import FileProblem, RubricFile, RubricFileError, read_rubric
from rubrics.problems import spec_problems
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests.rubrics.strategies import specs

# Versions that a file can hold: some of those drawn have a criterion that is never asked.
READY = specs().filter(lambda spec: not spec_problems(spec))
SMALL = """\
evalhub_rubric: 1
name: Photos
criteria:
  - key: quality
    type: ordinal
    title: Quality
    levels:
      - {value: 1, label: Bad}
      - {value: 2, label: Good}
  - key: faces
    type: count
    title: Faces
"""


def broken(old: str, new: str) -> bytes:
    """Return the small file with one thing replaced."""
    assert old in SMALL
    return SMALL.replace(old, new).encode()


def problems(content: bytes | str) -> list[FileProblem]:
    """Return what reading says of a file that must be refused."""
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(RubricFileError) as caught:
        read_rubric(data)
    assert caught.value.problems
    return caught.value.problems


def said(content: bytes | str) -> str:
    return "\n".join(str(problem) for problem in problems(content))


def webp(size: tuple[int, int] = (64, 48), colour: str = "teal", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "WEBP", **options)
    return buffer.getvalue()


def file_with_examples(*images: bytes) -> RubricFile:
    """Return a file whose levels carry `images`."""
    hashes = [hashlib.sha256(one).hexdigest() for one in images]
    levels = tuple(
        LevelSpec(value=n, label=f"Level {n}", key=f"l{n}", example=sha256)
        for n, sha256 in enumerate([*hashes, ""], start=1)
    )
    quality = CriterionSpec(key="quality", type="ordinal", title="Quality", levels=levels)
    spec = RubricSpec("Look.", (quality,))
    return RubricFile("Photos", spec, dict(zip(hashes, images, strict=True)))
