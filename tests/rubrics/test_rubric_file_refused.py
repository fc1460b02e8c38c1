"""A bad rubric file is refused in plain words that name the place and the line."""

from __future__ import annotations

import base64
import re

import jsonschema
import pytest

from rubrics.files import (
    rubric_schema,
    write_rubric,
)
from rubrics.files.problems import SHOWN_AT_MOST
from rubrics.files.yaml_reader import read_yaml
from tests.pictures import encoded, gradient
from tests.rubrics.rubric_files import SMALL, broken, file_with_examples, problems, said, webp

CHECKER = jsonschema.Draft202012Validator(rubric_schema())
CONDITION = "    show_when: {{criterion: {0}, from: 1, to: 2}}\n"

# What is replaced in the small file, by what; the line and the place of the problem, its words.
WRONG = {
    "an unknown type": ("type: count", "type: hologram", 11, "criteria[1].type", "not “hologram”"),
    "a misspelt key": ("title: Faces", "titel: Faces", 12, "criteria[1].titel", "mean “title”?"),
    "a key that is missing": ("    type: count\n", "", 10, "criteria[1]", "“type” is missing"),
    "a number for text": ("label: Bad", "label: 5", 8, "criteria[0].levels[0].label", "quotes"),
    "an empty title": ("title: Faces", "title: ''", 12, "criteria[1].title", "must not be empty"),
    "text for a number": ("value: 1", "value: one", 8, "criteria[0].levels[0].value", "number"),
    "a level out of range": ("value: 1", "value: -99999", 8, "criteria[0].levels[0].value", "from"),
    "half a level": ("value: 1", "value: 1.5", 8, "criteria[0].levels[0].value", "whole number"),
    "a bad key": ("key: faces", "key: Two words", 10, "criteria[1].key", "lower-case letters"),
    "a long title": ("Faces", "F" * 121, 12, "criteria[1].title", "120 are the most"),
    "a word for a flag": (
        "title: Faces",
        "title: Faces\n    required: yes",
        13,
        "criteria[1].required",
        "true or false",
    ),
    "a list for a mapping": (
        "title: Faces",
        "title: Faces\n    gate: [1, 2]",
        13,
        "criteria[1].gate",
        "mapping with the keys from, to",
    ),
    "no criteria": (SMALL[SMALL.index("criteria") :], "criteria: []", 3, "criteria", "no criteria"),
    "no list of criteria": (
        SMALL[SMALL.index("criteria") :],
        "criteria: 7",
        3,
        "criteria",
        "a list of criteria",
    ),
    "an unknown setting": (
        "title: Faces",
        "title: Faces\n    settings: {mini: 2}",
        13,
        "criteria[1].settings.mini",
        "mean “min”?",
    ),
    "a setting of another kind": (
        "title: Faces",
        "title: Faces\n    settings: {min: two}",
        13,
        "criteria[1].settings.min",
        "whole number",
    ),
    "an unknown presentation": (
        "name: Photos",
        "name: Photos\npresentation: {surround: pink}",
        3,
        "presentation.surround",
        "not “pink”",
    ),
    "an unknown role": (
        "name: Photos",
        "name: Photos\nsample_task: {images: [{role: star}]}",
        3,
        "sample_task.images[0].role",
        "not “star”",
    ),
    "levels out of order": (
        "value: 2, label: Good",
        "value: 0, label: Good",
        7,
        "criteria[0].levels",
        "out of order",
    ),
    "one level only": ("      - {value: 2, label: Good}\n", "", 4, "criteria[0]", "at least two"),
    "a key used twice": ("key: faces", "key: quality", 10, "criteria[1].key", "Two criteria have"),
    "a condition on nothing": (
        "title: Faces\n",
        "title: Faces\n" + CONDITION.format("beauty"),
        13,
        "criteria[1].show_when",
        "no criterion of this rubric",
    ),
    "a condition on itself": (
        "title: Faces\n",
        "title: Faces\n" + CONDITION.format("faces"),
        13,
        "criteria[1].show_when",
        "depends on itself",
    ),
    "a condition that never holds": (
        "title: Faces\n",
        "title: Faces\n    require_when: {criterion: quality, from: 7, to: 9}\n",
        13,
        "criteria[1].require_when",
        "can never hold",
    ),
    "two conditions": (
        "title: Faces\n",
        "title: Faces\n"
        + CONDITION.format("quality")
        + CONDITION.format("quality").replace("show", "require"),
        14,
        "criteria[1].require_when",
        "not both",
    ),
    "half a gate": (
        "title: Faces",
        "title: Faces\n    gate: {from: 1}",
        13,
        "criteria[1].gate",
        "“to” is missing",
    ),
    "an example that is not there": (
        "label: Bad",
        f"label: Bad, example: {'a' * 64}",
        8,
        "criteria[0].levels[0].example",
        "not in the file",
    ),
    "a number beyond all": (
        "value: 1",
        f"value: {'9' * 5000}",
        8,
        "criteria[0].levels[0].value",
        "too large",
    ),
    "an endless number": (
        "title: Faces",
        "title: Faces\n    gate: {from: 1, to: 1e999}",
        13,
        "criteria[1].gate.to",
        "too large",
    ),
    "not a number": (
        "title: Faces",
        "title: Faces\n    gate: {from: .nan, to: .inf}",
        13,
        "criteria[1].gate.from",
        "a number",
    ),
    "a key that stands twice": (
        "title: Faces",
        "title: Faces\n    title: Hands",
        13,
        "criteria[1].title",
        "stands twice",
    ),
    "an anchor": ("name: Photos", "name: &n Photos", 2, "name", "Anchors"),
    "a tag": ("name: Photos", "name: !!python/name:os.system Photos", 2, "name", "Tags"),
    "a character that no database holds": (
        "name: Photos",
        'name: "Pho\\0tos"',
        2,
        "name",
        "cannot be stored",
    ),
    "a list as a key": (
        "name: Photos",
        "name: Photos\n? [a]\n: b",
        3,
        "",
        "A key is a single word",
    ),
    "a second document": ("title: Faces\n", "title: Faces\n---\na: b\n", 13, "", "second document"),
}


@pytest.mark.parametrize(("old", "new", "line", "path", "words"), WRONG.values(), ids=WRONG)
def test_it_names_the_line_and_the_place(
    old: str, new: str, line: int, path: str, words: str
) -> None:
    found = problems(broken(old, new))
    at = [problem for problem in found if (problem.line, problem.path) == (line, path)]
    assert at, found
    assert any(words in problem.sentence for problem in at), found
    assert all(problem.sentence.endswith((".", "?")) for problem in found)


def test_it_finds_a_loop_of_conditions() -> None:
    content = broken("title: Faces\n", "title: Faces\n" + CONDITION.format("quality")).decode()
    content = content.replace("title: Quality\n", "title: Quality\n" + CONDITION.format("faces"))
    [loop] = [problem for problem in problems(content) if "in a circle" in problem.sentence]
    assert (loop.line, loop.path) == (7, "criteria[0].show_when")
    assert "quality → faces → quality" in loop.sentence


def test_it_says_several_things_at_once_in_the_order_of_lines() -> None:
    content = broken("type: count", "type: hologram").replace(b"label: Bad", b"label: 5")
    assert [problem.line for problem in problems(content)] == [8, 11]


def test_it_stops_listing_before_anybody_stops_reading() -> None:
    wrong = "".join(f"x{n}: 1\n" for n in range(SHOWN_AT_MOST + 5))
    found = problems(SMALL + wrong)
    assert len(found) == SHOWN_AT_MOST + 1
    assert found[-1].sentence == "And 5 more like these."


def test_it_refuses_by_the_schema_what_it_refuses_itself() -> None:
    """Hold the schema against the mistakes that it can tell, which are those of form."""
    for name in ("an unknown type", "a misspelt key", "a word for a flag", "an unknown setting"):
        old, new, *_ = WRONG[name]
        assert not CHECKER.is_valid(read_yaml(broken(old, new).decode()).value)
    assert CHECKER.is_valid(read_yaml(SMALL).value)


# ---------------------------------------------------------------- example images
def test_it_refuses_examples_that_are_none() -> None:
    text = write_rubric(file_with_examples(webp()), "json")
    [encoding] = re.findall(r'"[0-9a-f]{64}": "([^"]+)"', text)
    for other, words in {
        "!!!!": "no image in Base64",
        base64.b64encode(webp(colour="red")).decode(): "SHA-256 of this image is another one",
        base64.b64encode(b"x" * 1_100_000).decode(): "more than 1 MB",
    }.items():
        assert words in said(text.replace(encoding, other))


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (webp((641, 10)), "640 pixels at most"),
        (encoded(gradient(), "PNG"), "a still WebP picture"),
        (webp(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), "without metadata"),
        (b"<svg onload='alert(1)'/>", "SVG drawing"),
        (webp()[:25], "damaged"),
        (b"RIFF\0\0\0\0WEBP", "damaged"),
    ],
)
def test_it_refuses_examples_of_another_kind(image: bytes, words: str) -> None:
    found = said(write_rubric(file_with_examples(image)))
    assert re.search(words, found)
