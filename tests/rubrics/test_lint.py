"""Remarks on a draft: plain sentences that refuse nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rubrics.lint import Remark, lint
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec

LEVELS = tuple(
    LevelSpec(value, word, f"The photograph is {word.lower()}.")
    for value, word in enumerate(("Bad", "Fair", "Good"), start=1)
)
QUALITY = CriterionSpec(
    "quality", "ordinal", "Quality", description="How good is it?", direction="higher",
    levels=LEVELS,
)  # fmt: skip
SAFE = CriterionSpec(
    "safe", "binary", "Safe", levels=(LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes"))
)


def remarks(*criteria: CriterionSpec) -> list[str]:
    return [remark.sentence for remark in lint(RubricSpec(criteria=criteria))]


def quality(**fields: Any) -> CriterionSpec:
    return replace(QUALITY, **fields)


def worded(*descriptors: str) -> CriterionSpec:
    pairs = zip(LEVELS, descriptors, strict=True)
    return quality(levels=tuple(replace(level, descriptor=words) for level, words in pairs))


def test_it_has_nothing_to_say_about_a_clear_rubric() -> None:
    confidence = CriterionSpec("sure", "confidence", "Sure", levels=LEVELS)
    assert remarks(QUALITY, SAFE, confidence) == []


def test_it_names_the_criterion_it_is_about() -> None:
    assert lint(RubricSpec(criteria=(SAFE, quality(direction="none")))) == [
        Remark("quality", "“Quality” does not say whether higher is better or worse.")
    ]


@pytest.mark.parametrize(
    ("criterion", "remark"),
    [
        (
            quality(title="Sharpness and noise"),
            "“Sharpness and noise” may ask two things at once (“and”). "
            "If an image can pass one and fail the other, split it.",
        ),
        (
            quality(description="Look well. Is it sharp and bright?"),
            "“Quality” may ask two things at once (“and”). "
            "If an image can pass one and fail the other, split it.",
        ),
        (
            CriterionSpec("scale", "scale", "Scale"),
            "“Scale” does not say whether higher is better or worse.",
        ),
        (
            quality(description="Judge the hands, if any."),
            "“Quality” says “if any”, but “not applicable” is not allowed. "
            "What is to be answered where it is absent?",
        ),
        (worded("", "", ""), "“Quality”: no level says when to give it."),
        (
            worded("It is bad.", " ", "It is good."),
            "“Quality”, level “Fair”: say in words when to give it.",
        ),
        (
            worded("It is bad.", "It is fair.", ""),
            "“Quality”, level “Good”: the end of the range has neither words nor an example image.",
        ),
        (
            quality(gate_low=1, gate_high=1),
            "“Quality” has a gate, but nothing follows that it makes void.",
        ),
    ],
)
def test_it_remarks_on_what_is_unclear(criterion: CriterionSpec, remark: str) -> None:
    assert remarks(criterion) == [remark]


def test_it_is_content_where_there_is_nothing_to_improve() -> None:
    assert remarks(quality(description="Look at colours and light. Is it good?")) == []
    absent = quality(description="Judge the hands, if any.")
    assert remarks(replace(absent, allows_not_applicable=True)) == []
    pictured = replace(LEVELS[2], descriptor="", example="a" * 64)
    assert remarks(quality(levels=(*LEVELS[:2], pictured))) == []


def test_it_counts_the_required_criteria() -> None:
    eight = [replace(SAFE, key=f"safe_{number}") for number in range(8)]
    assert lint(RubricSpec(criteria=tuple(eight))) == [
        Remark(
            "",
            "8 criteria are required. With more than 7 people tire; make some optional, "
            "or ask them in a project of their own.",
        )
    ]
    assert remarks(*eight[:7], replace(eight[7], is_required=False)) == []


def test_it_remarks_on_criteria_that_are_hardly_ever_asked() -> None:
    shut = replace(SAFE, gate_low=0, gate_high=1, is_required=False)
    assert remarks(shut, QUALITY) == [
        "“Safe”: what follows is asked only where this is left without an answer."
    ]
    always = quality(
        condition_effect="show", condition_criterion="safe", condition_low=0, condition_high=1
    )
    assert remarks(SAFE, always) == [
        "“Quality”: its condition holds for every answer to “Safe”. Narrow it, or leave it out."
    ]


def test_it_leaves_an_unknown_type_to_the_problems() -> None:
    assert remarks(CriterionSpec("a", "hologram", "A and B")) == []
