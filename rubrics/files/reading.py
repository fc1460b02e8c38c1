"""Read a rubric from a file that anybody may have written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from evalhub.imaging.errors import Refused
from evalhub.imaging.facts import Format
from evalhub.imaging.inspect import inspect_bytes
from rubrics.criteria import find_type
from rubrics.files.convert import RubricFile, from_data
from rubrics.files.json_reader import read_json
from rubrics.files.layout import EDITION, FORMAT, RUBRIC
from rubrics.files.problems import FileProblem, Path, RubricFileError
from rubrics.files.shapes import Found
from rubrics.files.tree import Tree
from rubrics.files.yaml_reader import read_yaml

MEBIBYTE = 1024 * 1024
MOST_BYTES = 4 * MEBIBYTE
MOST_EXAMPLE_BYTES = 300 * 1024
LONGEST_EXAMPLE_SIDE = 640


def read_rubric(content: bytes) -> RubricFile:
    """Return the rubric in `content`, YAML or JSON; RubricFileError says all that is wrong.

    Nothing is fetched or run. What comes back could be published as it is.
    """
    tree = _read_tree(_decode(content))
    _check_heading(tree)
    _raise(tree, RUBRIC.problems(tree.value, ()))
    file = from_data(tree.value)
    _raise(tree, (*_meaning_problems(file), *_example_problems(file)))
    return file


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _refused(
            f"The file has {len(content) / MEBIBYTE:.1f} MB; {MOST_BYTES // MEBIBYTE} MB are the "
            "most. Remove some of the example images."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused("The file is not in UTF-8. Save it as UTF-8 text.", line) from None


def _read_tree(text: str) -> Tree:
    if not text.strip():
        raise _refused("The file is empty.")
    return read_json(text) if text.lstrip()[0] == "{" else read_yaml(text)


def _check_heading(tree: Tree) -> None:
    """Refuse at once what is no rubric file, rather than to complain about every line of it."""
    found: dict[str, Any] = tree.value if isinstance(tree.value, dict) else {}
    if FORMAT not in found:
        raise _refused(f"This is no rubric file. One begins with “{FORMAT}: {EDITION}”.")
    edition = found[FORMAT]
    if type(edition) is not int or edition != EDITION:
        line = tree.line_of((FORMAT,))
        raise _refused(f"This reads rubric files of edition {EDITION} only.", line)


def _meaning_problems(file: RubricFile) -> Iterator[Found]:
    for position, criterion in enumerate(file.spec.criteria):
        for sentence in find_type(criterion.type).problems(criterion):
            yield ("criteria", position), sentence


def _example_problems(file: RubricFile) -> Iterator[Found]:
    for sha256, content in file.examples.items():
        if sentence := _example_problem(sha256, content):
            yield ("examples", sha256), sentence
    for position, criterion in enumerate(file.spec.criteria):
        for place, level in enumerate(criterion.levels):
            if level.example and level.example not in file.examples:
                path: Path = ("criteria", position, "levels", place, "example")
                yield path, "This example image is not in the file. Add it, or take this line out."


def _example_problem(sha256: str, content: bytes) -> str:
    if not content:
        return "This is no image in Base64."
    if len(content) > MOST_EXAMPLE_BYTES:
        return f"This image has more than {MOST_EXAMPLE_BYTES // 1024} kB. Make it smaller."
    if hashlib.sha256(content).hexdigest() != sha256:
        return "The SHA-256 of this image is another one. Export the file again."
    try:
        facts = inspect_bytes(content)
    except Refused as refused:
        return refused.reason
    longest = max(facts.width, facts.height)
    if facts.format is not Format.WEBP or longest > LONGEST_EXAMPLE_SIDE:
        return f"An example is a WebP image of at most {LONGEST_EXAMPLE_SIDE} pixels a side."
    return ""


def _raise(tree: Tree, found: Any) -> None:
    if problems := [tree.problem(path, sentence) for path, sentence in found]:
        raise RubricFileError(problems)


def _refused(sentence: str, line: int = 1) -> RubricFileError:
    return RubricFileError([FileProblem("", line, sentence)])
