"""Read a rubric from a file that anybody may have written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evalhub.imaging.limits import MEBIBYTE
from rubrics.files.convert import RubricFile, from_data
from rubrics.files.json_reader import read_json
from rubrics.files.layout import EDITION, FORMAT, RUBRIC
from rubrics.files.meaning import meaning_problems
from rubrics.files.problems import FileProblem, RubricFileError
from rubrics.files.shapes import Found
from rubrics.files.tree import Tree
from rubrics.files.yaml_reader import read_yaml

MOST_BYTES = 4 * MEBIBYTE


def read_rubric(content: bytes) -> RubricFile:
    """Return the rubric in `content`, YAML or JSON; RubricFileError says all that is wrong.

    Nothing is fetched or run. What comes back could be published as it is.
    """
    tree = _read_tree(_decode(content))
    _check_heading(tree)
    _raise(tree, RUBRIC.problems(tree.value, ()))
    file = from_data(tree.value)
    _raise(tree, meaning_problems(file))
    return file


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _refused(
            f"The file is larger than {MOST_BYTES // MEBIBYTE} MB, and no rubric file may be. "
            "Remove some of the example images."
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


def _raise(tree: Tree, found: Iterable[Found]) -> None:
    if problems := [tree.problem(path, sentence) for path, sentence in found]:
        raise RubricFileError(problems)


def _refused(sentence: str, line: int = 1) -> RubricFileError:
    return RubricFileError([FileProblem("", line, sentence)])
