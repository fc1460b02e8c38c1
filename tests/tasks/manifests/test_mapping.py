"""What columns are for, and what rows then say."""

from __future__ import annotations

from typing import Any

import pytest

from evalhub.imaging.errors import Refused
from tasks.manifests.entries import KINDS, PRIORITIES, read_entry
from tasks.manifests.mapping import (
    IMAGE_USES,
    ColumnMapping,
    MappingError,
    check_mapping,
    guess_mapping,
)
from tasks.manifests.reading import preview
from tasks.manifests.table import Row
from tasks.models import Task, TaskImage
from tasks.models.task import HIGHEST_PRIORITY, LOWEST_PRIORITY

PAIRS = (
    ("image", "candidate"),
    ("key", "key"),
    ("prompt", "prompt"),
    ("tags", "tags"),
    ("priority", "priority"),
    ("kind", "kind"),
    ("model", "hidden"),
)


def entry_of(**cells: Any) -> Any:
    return read_entry(Row(2, {"image": "a.png", "key": "k", **cells}), ColumnMapping(PAIRS))


def test_it_uses_the_words_of_the_models() -> None:
    assert set(IMAGE_USES) == set(TaskImage.Role)
    assert set(KINDS) == set(Task.Kind) - {Task.Kind.REASK}
    assert (PRIORITIES[0], PRIORITIES[-1]) == (LOWEST_PRIORITY, HIGHEST_PRIORITY)


@pytest.mark.parametrize(
    ("columns", "uses"),
    [
        ("file_name caption", {"file_name": "candidate", "caption": "prompt"}),
        ("image text id", {"image": "candidate", "text": "prompt", "id": "key"}),
        ("file_name image path", {"file_name": "candidate"}),
        (
            "prompt image_a image_b model",
            {
                "prompt": "prompt",
                "image_a": "candidate",
                "image_b": "candidate",
                "model": "hidden",
            },
        ),
        (
            "Candidate_1_file_name candidate-2 reference_image",
            {
                "Candidate_1_file_name": "candidate",
                "candidate-2": "candidate",
                "reference_image": "reference",
            },
        ),
        (
            "source_path edited instruction",
            {"source_path": "source", "edited": "edit", "instruction": "prompt"},
        ),
        ("image tags priority kind notes", "image=candidate tags=tags priority=priority kind=kind"),
        ("prompt text image", {"prompt": "prompt", "image": "candidate"}),
    ],
)
def test_it_guesses_by_usual_names(columns: str, uses: Any) -> None:
    if isinstance(uses, str):
        uses = dict(pair.split("=") for pair in uses.split())
    guess = guess_mapping(columns.split())
    assert dict(guess.mapping.pairs) == uses
    assert guess.notes == ()


def test_it_guesses_no_addresses_and_says_so() -> None:
    guess = guess_mapping(["image_url", "URL", "prompt"])
    assert guess.mapping.pairs == (("prompt", "prompt"),)
    assert [note.split("”")[0] for note in guess.notes] == ["“image_url", "“URL"]
    assert "never has anything fetched" in guess.notes[0]


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("a", "picture")], "“picture” is no use of a column"),
        ([("z", "candidate")], "There is no column “z”. The columns are: a, b."),
        ([("a", "candidate"), ("a", "prompt")], "“a” is chosen twice"),
        ([("a", "prompt"), ("b", "prompt")], "“prompt” is chosen twice"),
        ([("a", "reference")], "No column names the images to be judged"),
        ([], "No column names the images to be judged"),
    ],
)
def test_it_refuses_a_mapping_that_makes_no_sense(
    pairs: list[tuple[str, str]], sentence: str
) -> None:
    with pytest.raises(MappingError, match=sentence):
        check_mapping(pairs, ["a", "b"])


def test_it_allows_several_columns_of_images_and_of_hidden_context() -> None:
    pairs = [("a", "candidate"), ("b", "candidate"), ("c", "hidden"), ("d", "hidden")]
    assert check_mapping(pairs, ["a", "b", "c", "d"]).pairs == tuple(pairs)


def test_it_reads_all_that_a_row_says() -> None:
    entry = entry_of(
        image=["a.png", "b.png"],
        key=12,
        prompt=" a cat ",
        tags="night, street,, night",
        priority="-3",
        kind="Gold",
        model={"name": "m", "seed": 1.5},
        more="left out",
    )
    assert entry.images == (("candidate", "a.png"), ("candidate", "b.png"))
    assert (entry.key, entry.prompt, entry.tags) == ("12", "a cat", ("night", "street"))
    assert (entry.priority, entry.kind) == (-3, "gold")
    assert entry.hidden == {"model": {"name": "m", "seed": 1.5}}


def test_it_takes_an_empty_cell_for_nothing() -> None:
    entry = entry_of(prompt="", tags=None, priority="", kind="", model="")
    assert (entry.prompt, entry.tags, entry.priority, entry.kind) == ("", (), 0, "production")
    assert entry.hidden == {}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"image": ""}, "names no image to be judged"),
        ({"image": 7}, "“image” does not name a file"),
        ({"image": [{"path": "a"}]}, "“image” does not name a file"),
        ({"image": ["a.png"] * 21}, "a task has 20 at most"),
        ({"image": "https://example.com/a.png"}, "nothing is fetched"),
        ({"image": "HTTP://example.com/a.png"}, "nothing is fetched"),
        ({"image": "s3://bucket/a.png"}, "nothing is fetched"),
        ({"image": "file:///etc/passwd"}, "nothing is fetched"),
        ({"image": "//example.com/a.png"}, "nothing is fetched"),
        ({"image": "www.example.com/a.png"}, "nothing is fetched"),
        ({"image": "data:image/png;base64,AAAA"}, "nothing is fetched"),
        ({"image": "/etc/passwd"}, "leads out of the manifest"),
        ({"image": "../a.png"}, "leads out of the manifest"),
        ({"image": "sub/../../a.png"}, "leads out of the manifest"),
        ({"image": "C:/a.png"}, "leads out of the manifest"),
        ({"image": "sub\\a.png"}, "Write paths with “/”"),
        ({"image": "a\0.png"}, "leads out of the manifest"),
        ({"key": ""}, "There is no key in “key”"),
        ({"key": "k" * 201}, "longer than 200 characters"),
        ({"prompt": "p" * 20_001}, "longer than 20,000 characters"),
        ({"prompt": ["a"]}, "The prompt is no text"),
        ({"prompt": "caf\udce9"}, "Save the manifest as UTF-8"),
        ({"prompt": "a\0b"}, "cannot be stored"),
        ({"tags": [["a"]]}, "The tag is no text"),
        ({"tags": [str(number) for number in range(51)]}, "50 at most"),
        ({"priority": "high"}, "whole number from -10 to 10"),
        ({"priority": 11}, "whole number from -10 to 10"),
        ({"kind": "reask"}, "is no kind of task"),
        ({"model": {"a": ["\0"]}}, "cannot be stored"),
        ({"model": float("inf")}, "cannot be stored"),
    ],
)
def test_it_refuses_a_row_with_its_reason(cells: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        entry_of(**cells)
    assert sentence in refused.value.reason
    refused.value.reason.encode()


def test_it_shows_the_first_rows_with_their_problems() -> None:
    rows = [Row(2, {"image": "a.png", "key": "1"}), Row(3, problem="Broken."), Row(4)]
    shown = preview(iter(rows), ColumnMapping(PAIRS), 2)
    assert [(one.number, one.problem) for one in shown] == [(2, ""), (3, "Broken.")]
    assert shown[0].entry is not None
    assert shown[1].entry is None
