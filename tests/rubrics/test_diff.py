"""Diffs are complete: whatever two versions say, applying their diff to one gives the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from rubrics.diff import MISSING, Change, Piece, apply, diff, word_diff
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests.rubrics.loose_specs import CALM, TEXTS, specs

QUALITY = CriterionSpec(
    key="quality",
    type="ordinal",
    title="Quality",
    levels=(LevelSpec(1, "Bad", key="bad"), LevelSpec(2, "Good", key="good")),
)
SHARP = CriterionSpec(key="sharp", type="scale", title="Sharpness", settings={"max": 10})
NOISE = CriterionSpec(key="noise", type="count", title="Noise")
BEFORE = RubricSpec(instruction="Look.", criteria=(QUALITY, SHARP, NOISE))


@CALM
@given(specs())
def test_it_finds_nothing_between_a_version_and_itself(spec: RubricSpec) -> None:
    assert diff(spec, spec).is_empty


@CALM
@given(specs(), specs())
def test_it_gives_the_version_after_when_it_is_applied_to_the_one_before(
    before: RubricSpec, after: RubricSpec
) -> None:
    assert apply(diff(before, after), before) == after


@CALM
@given(specs())
def test_it_is_complete_between_versions_that_share_most_of_their_keys(spec: RubricSpec) -> None:
    turned = replace(spec, criteria=tuple(reversed(spec.criteria)), instruction="Look again.")
    shorter = replace(
        turned,
        criteria=tuple(
            replace(row, title=f"{row.title}!", levels=row.levels[1:])
            for row in turned.criteria[1:]
        ),
    )
    for after in (turned, shorter):
        assert apply(diff(spec, after), spec) == after
        assert apply(diff(after, spec), after) == spec


def test_it_tells_added_removed_moved_and_changed_criteria_apart() -> None:
    colour = CriterionSpec(key="colour", type="text", title="Colour")
    after = replace(BEFORE, criteria=(NOISE, replace(QUALITY, title="Overall quality"), colour))
    found = diff(BEFORE, after)
    assert found.added == (colour,)
    assert found.removed == (SHARP,)
    assert found.moved == ("noise",)
    assert found.order == ("noise", "quality", "colour")
    assert [one.key for one in found.changed] == ["quality"]
    assert found.find("quality").columns == (Change("title", "Quality", "Overall quality"),)
    assert found.find("noise").is_empty


def test_it_names_each_setting_and_says_which_side_does_not_have_it() -> None:
    after = replace(BEFORE, criteria=(QUALITY, replace(SHARP, settings={"min": 1}), NOISE))
    assert diff(BEFORE, after).find("sharp").settings == (
        Change("max", 10, MISSING),
        Change("min", MISSING, 1),
    )


def test_it_follows_levels_by_their_keys() -> None:
    now = (LevelSpec(1, "Awful", key="bad"), LevelSpec(3, "Great", key="great"))
    after = replace(BEFORE, criteria=(replace(QUALITY, levels=now), SHARP, NOISE))
    found = diff(BEFORE, after).find("quality")
    assert [level.key for level in found.levels_added] == ["great"]
    assert [level.key for level in found.levels_removed] == ["good"]
    assert found.levels_changed[0].columns == (Change("label", "Bad", "Awful"),)


def test_it_takes_a_level_without_a_key_for_the_one_it_becomes_when_stored() -> None:
    bare = replace(QUALITY, levels=(LevelSpec(-1, "Bad"),))
    stored = replace(QUALITY, levels=(LevelSpec(-1, "Bad", key="level_minus_1"),))
    found = diff(RubricSpec(criteria=(bare,)), RubricSpec(criteria=(stored,))).find("quality")
    assert found.levels_added == found.levels_removed == ()
    assert found.levels_changed[0].columns == (Change("key", "", "level_minus_1"),)


def test_it_covers_the_presentation_and_the_sample_task() -> None:
    after = replace(BEFORE, presentation={"surround": "white"}, sample_task={"prompt": "A cat."})
    found = diff(BEFORE, after)
    assert found.presentation == (Change("surround", MISSING, "white"),)
    assert found.sample_task == (Change("prompt", MISSING, "A cat."),)


@pytest.mark.parametrize("side", ["before", "after"])
def test_it_refuses_versions_in_which_a_key_stands_twice(side: str) -> None:
    double = replace(BEFORE, criteria=(QUALITY, QUALITY))
    pair = (double, BEFORE) if side == "before" else (BEFORE, double)
    with pytest.raises(ValueError, match="Two criteria have the key “quality”"):
        diff(*pair)
    level = LevelSpec(1, "Bad")
    twice = RubricSpec(criteria=(replace(QUALITY, levels=(level, level)),))
    once = RubricSpec(criteria=(QUALITY,))
    pair = (twice, once) if side == "before" else (once, twice)
    with pytest.raises(ValueError, match="Two levels of “Quality”"):
        diff(*pair)


@CALM
@given(TEXTS, TEXTS)
def test_it_keeps_every_character_of_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


def test_it_marks_whole_words_and_the_spaces_between_them() -> None:
    assert word_diff("Is the photo sharp enough?", "Is the image very clear?") == [
        Piece("same", "Is the "),
        Piece("removed", "photo sharp enough"),
        Piece("added", "image very clear"),
        Piece("same", "?"),
    ]
    assert word_diff("Look closely.", "Look closely.") == [Piece("same", "Look closely.")]


def test_it_shows_a_text_beyond_measure_as_replaced() -> None:
    long = "a " * 12_000
    assert word_diff(long, f"{long}b") == [Piece("removed", long), Piece("added", f"{long}b")]
