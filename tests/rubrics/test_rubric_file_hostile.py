"""Whatever a file holds, it is read or refused in words: too much, no rubric, anything at all."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.files import (
    FileProblem,
    RubricFile,
    RubricFileError,
    read_rubric,
    rubric_schema,
    write_rubric,
)
from rubrics.files.convert import to_data
from tests.rubrics.rubric_files import SMALL, file_with_examples, problems, said, webp

CHECKER = jsonschema.Draft202012Validator(rubric_schema())


# ---------------------------------------------------------------- too much of it
def test_it_refuses_five_hundred_criteria() -> None:
    rows = "".join(f"  - {{key: c{n}, type: count, title: T}}\n" for n in range(500))
    [problem] = problems("evalhub_rubric: 1\nname: Many\ncriteria:\n" + rows)
    assert (problem.path, problem.line) == ("criteria", 3)
    assert problem.sentence == "There are 500 criteria; 60 are the most."


def test_it_refuses_five_megabytes_unread() -> None:
    [problem] = problems(SMALL.encode() + b"#" * (5 * 1024 * 1024))
    assert problem.sentence.startswith("The file is larger than 4 MB")


def test_it_refuses_a_billion_laughs() -> None:
    rows = [f"a{n}: &a{n} [{', '.join(['*a' + str(n - 1)] * 9)}]" for n in range(1, 12)]
    content = "a0: &a0 ha\n" + "\n".join(rows)
    [problem] = problems(content)
    assert "Anchors (&) and aliases (*) are not allowed" in problem.sentence


@pytest.mark.parametrize("opening", ["[", '{"a": ', "- "])
def test_it_refuses_what_is_nested_too_deep(opening: str) -> None:
    before = {"[": '{"a": ', "- ": "a:\n "}.get(opening, "")
    assert "more than 20 levels deep" in said(before + opening * 20_000)


def test_it_refuses_brackets_that_are_nested_too_deep_in_yaml() -> None:
    assert "more than 20 levels deep" in said("a: " + "[" * 20_000)


def test_it_refuses_more_values_than_a_rubric_has() -> None:
    assert "more than 50,000 values" in said("x:\n" + "- a\n" * 60_000)


# ---------------------------------------------------------------- no rubric at all
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \n\n", "The file is empty"),
        (b"# nothing\n", "The file is empty"),
        (b"- a\n- list\n", "This is no rubric file"),
        (b"[1, 2]", "This is no rubric file"),
        (b"just words", "This is no rubric file"),
        (b"{}", "This is no rubric file"),
        (b"name: Photos\n", "This is no rubric file"),
        (b"evalhub_rubric: 2\n", "edition 1 only"),
        (b"evalhub_rubric: true\n", "edition 1 only"),
        (b"a: b\n\xff\xfe", "line 2: The file is not in UTF-8"),
        ("evalhub_rubric: 1".encode("utf-16"), "not in UTF-8"),
        (b"a: b\nc: \0", "line 2: This is no valid YAML"),
        (b"a: [1, 2\nb: }", "This is no valid YAML"),
        (b"\tname: x", "This is no valid YAML"),
        (b'{"name": "x"', "line 1: This is no valid JSON"),
        (b'{"name": NaN}', "This is no valid JSON"),
        (b'{"name": Infinity}', "This is no valid JSON"),
        (b'{"a": -}', "This is no valid JSON"),
        (b'{"name": "x",}', "This is no valid JSON"),
        (b'{"name" "x"}', "a colon is missing"),
        (b'{"a": 1} 2', "something after its end"),
        (b'{"a": 1,\n"b": "x\ny"}', "line 2: This is no valid JSON"),
        (b'{"a": "\\ud800"}', "cannot be stored"),
        (b'{"a": "\\u0000"}', "cannot be stored"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": 1e999}', "too large"),
    ],
)
def test_it_refuses_what_is_no_rubric_file(content: bytes, words: str) -> None:
    assert words in said(content)


def read_or_list(content: bytes) -> RubricFile | list[FileProblem]:
    try:
        return read_rubric(content)
    except RubricFileError as error:
        return error.problems


@settings(max_examples=200, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    | st.tuples(st.integers(0, len(SMALL)), st.text(max_size=3), st.integers(0, 9)).map(
        lambda cut: (SMALL[: cut[0]] + cut[1] + SMALL[cut[0] + cut[2] :]).encode("utf-8", "replace")
    )
)
def test_it_reads_or_refuses_whatever_it_is_given(content: bytes) -> None:
    outcome = read_or_list(content)
    if isinstance(outcome, RubricFile):
        assert read_rubric(write_rubric(outcome).encode()) == outcome
    else:
        assert outcome
        assert all(problem.line >= 1 for problem in outcome)


# Plain values, as a file might hold them anywhere.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
WHOLE_FILE = to_data(read_rubric(write_rubric(file_with_examples(webp())).encode()))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_it_refuses_in_words_whatever_stands_in_a_wrong_place(data: st.DataObject) -> None:
    changed = json.loads(json.dumps(WHOLE_FILE))
    place: Any = changed
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        below = place[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.booleans()):
            break
        place = below
    place[key] = data.draw(JSON)
    outcome = read_or_list(json.dumps(changed).encode())
    assert outcome
    if isinstance(outcome, RubricFile):
        assert CHECKER.is_valid(changed)
