"""Everything that keeps a version from being published is said in a sentence, with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from rubrics.lint import lint
from rubrics.problems import MOST_CRITERIA, Problem, spec_problems
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests.rubrics.loose_specs import CALM, specs

YES_NO = (LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes"))
FIVE = tuple(LevelSpec(value, f"Level {value}") for value in range(1, 6))


def binary(key: str, **fields: Any) -> CriterionSpec:
    return CriterionSpec(key, "binary", key.capitalize(), **{"levels": YES_NO, **fields})


def ordinal(key: str, **fields: Any) -> CriterionSpec:
    return CriterionSpec(key, "ordinal", key.capitalize(), **{"levels": FIVE, **fields})


def on(key: str, low: float | None = 1, high: float | None = 1, **more: Any) -> dict[str, Any]:
    """Return the columns of a condition."""
    columns = {"condition_criterion": key, "condition_low": low, "condition_high": high}
    return {"condition_effect": "show", **columns, **more}


def said(*criteria: CriterionSpec, **columns: Any) -> list[tuple[str, str]]:
    found = spec_problems(RubricSpec(criteria=criteria, **columns))
    return [(problem.path, problem.sentence) for problem in found]


def test_it_finds_nothing_wrong_with_a_rubric_that_is_ready() -> None:
    criteria = (
        binary("feasible", gate_low=0, gate_high=0),
        ordinal(
            "quality",
            justification_rule="band",
            justification_band_low=1,
            justification_band_high=2,
        ),
        ordinal("detail", **on("quality", 3, 5)),
        ordinal("each", is_per_image=True),
        ordinal("each_again", is_per_image=True, **on("each", 1, 2, condition_effect="require")),
        CriterionSpec("marks", "regions", "Marks", levels=(LevelSpec(1, "Artefact"),)),
        ordinal("why", justification_rule="always", justification_cites="region"),
        CriterionSpec("remark", "text", "Remark", **on("marks", 1, 20)),
    )
    sample = {"prompt": "A cat.", "images": [{"role": "candidate"}], "questions": ["A cat?"]}
    assert said(*criteria, presentation={"surround": "white"}, sample_task=sample) == []


def test_it_asks_for_a_criterion() -> None:
    assert said() == [
        ("criteria", "The rubric has no criteria. Add at least one before you publish.")
    ]


def test_it_says_once_that_there_are_too_many_criteria() -> None:
    most = [CriterionSpec(f"key_{n}", "text", "Text") for n in range(MOST_CRITERIA)]
    assert said(*most) == []
    many = [CriterionSpec("same", "hologram", "") for _ in range(500)]
    assert said(*many) == [
        (
            "criteria",
            "The rubric has 500 criteria; 60 are the most. "
            "Leave some out, or share them between several projects.",
        )
    ]


ONE: dict[str, tuple[CriterionSpec, str, str]] = {
    "unknown type": (
        CriterionSpec("a", "hologram", "A"),
        "criteria[0].type",
        "“A”: There is no criterion type called “hologram”. Choose another type.",
    ),
    "bad key": (
        CriterionSpec("A-1", "text", "A"),
        "criteria[0].key",
        "“A”, key “A-1”: Use lower-case letters, digits and underscores, beginning with a letter.",
    ),
    "long key": (
        CriterionSpec("k" * 61, "text", "A"),
        "criteria[0].key",
        f"“A”, key “{'k' * 61}”: A key has 60 characters at most.",
    ),
    "no title": (
        CriterionSpec("a", "text", " "),
        "criteria[0].title",
        "“a” has no title. Write what is asked.",
    ),
    "a choice that is none": (
        CriterionSpec("a", "text", "A", direction="up"),
        "criteria[0].direction",
        "“A”: direction is one of “higher”, “lower”, “none”, not “up”.",
    ),
    "what the type says": (
        CriterionSpec("a", "scale", "A", settings={"min": 9, "max": 1}),
        "criteria[0]",
        "“A”: the lowest number must be below the highest.",
    ),
    "whole task asked of each image": (
        CriterionSpec("a", "rank", "A", is_per_image=True),
        "criteria[0].is_per_image",
        "“A” is about the whole task, so it cannot be asked of each image. Ask it once.",
    ),
    "two levels with one key": (
        ordinal("a", levels=(LevelSpec(1, "One", key="x"), LevelSpec(2, "Two", key="x"))),
        "criteria[0].levels",
        "“A”: two levels have the key “x”. Change one of them.",
    ),
    "two levels with one number": (
        ordinal("a", levels=(LevelSpec(1, "One", key="x"), LevelSpec(1, "Two", key="y"))),
        "criteria[0].levels",
        "“A”: two levels have the number 1. Change one of them.",
    ),
    "levels out of order": (
        ordinal("a", levels=(LevelSpec(2, "Two"), LevelSpec(1, "One"))),
        "criteria[0].levels",
        "“A”: the levels stand out of order. Put the lowest first.",
    ),
    "too many levels": (
        ordinal("a", levels=tuple(LevelSpec(n, "Level") for n in range(31))),
        "criteria[0].levels",
        "“A” has 31 levels; 30 are the most. Remove some.",
    ),
    "a level's number": (
        ordinal("a", levels=(LevelSpec(0, "None"), LevelSpec(40_000, "Many"))),
        "criteria[0].levels[1]",
        "“A”, level 40000: the number lies between -32768 and 32767.",
    ),
    "a level's key": (
        ordinal("a", levels=(LevelSpec(0, "None", key="No"), LevelSpec(1, "Some"))),
        "criteria[0].levels[0]",
        "“A”, level 0: key “No”: Use lower-case letters, digits and underscores, "
        "beginning with a letter.",
    ),
    "half a gate": (
        ordinal("a", gate_low=1),
        "criteria[0].gate",
        "“A”: the gate needs a lowest and a highest number.",
    ),
    "a gate the wrong way round": (
        ordinal("a", gate_low=2, gate_high=1),
        "criteria[0].gate",
        "“A”: the gate begins above its end. Swap the two.",
    ),
    "a gate outside the range": (
        ordinal("a", gate_low=6, gate_high=9),
        "criteria[0].gate",
        "“A”: the gate can never hold: no answer lies from 6 to 9.",
    ),
    "a gate between two levels": (
        ordinal("a", gate_low=1.2, gate_high=1.8),
        "criteria[0].gate",
        "“A”: the gate can never hold: no answer lies from 1.2 to 1.8.",
    ),
    "a gate on words": (
        CriterionSpec("a", "text", "A", gate_low=1, gate_high=1),
        "criteria[0].gate",
        "“A”: the gate needs a number, and it is answered without one.",
    ),
    "a rule without its band": (
        ordinal("a", justification_rule="band"),
        "criteria[0].justification",
        "“A”: say from which to which number a justification is needed.",
    ),
    "a rule whose band never holds": (
        ordinal(
            "a", justification_rule="band", justification_band_low=7, justification_band_high=8
        ),
        "criteria[0].justification",
        "“A”: the band that needs a justification can never hold: no answer lies from 7 to 8.",
    ),
    "a justification longer than any may be": (
        ordinal("a", justification_min_length=6_000),
        "criteria[0].justification",
        "“A”: a justification of 0 to 5000 characters can be asked for.",
    ),
    "a mark to cite where there are none": (
        ordinal("a", justification_cites="region"),
        "criteria[0].justification",
        "“A” asks to cite a mark, but no criterion collects marks. Add one, or ask for a clause.",
    ),
    "a condition on itself": (
        ordinal("a", **on("a")),
        "criteria[0].condition",
        "“A” depends on itself. Choose an earlier criterion.",
    ),
    "a condition on nothing": (
        ordinal("a", **on("missing")),
        "criteria[0].condition",
        "“A” depends on “missing”, which is no criterion of this rubric. Choose another.",
    ),
}


@pytest.mark.parametrize("name", ONE)
def test_it_says_what_is_wrong_with_a_criterion_and_where(name: str) -> None:
    criterion, path, sentence = ONE[name]
    assert said(criterion) == [(path, sentence)]


def test_it_refuses_a_key_that_stands_twice() -> None:
    assert said(binary("a"), binary("b"), ordinal("a")) == [
        ("criteria[2].key", "Two criteria have the key “a”. Give one of them another key.")
    ]


def test_it_refuses_to_ask_for_confidence_twice() -> None:
    levels = (LevelSpec(1, "A guess"), LevelSpec(2, "Sure"))
    sure = CriterionSpec("sure", "confidence", "Sure", levels=levels)
    assert said(sure, replace(sure, key="surer", title="Surer")) == [
        (
            "criteria[1].type",
            "“Surer” asks for confidence a second time. It is asked once per judgment; remove one.",
        )
    ]


def test_it_refuses_a_condition_on_a_later_criterion() -> None:
    assert said(ordinal("a", **on("b")), ordinal("b")) == [
        (
            "criteria[0].condition",
            "“A” depends on “B”, which comes later. Move that one up, or choose an earlier one.",
        )
    ]


def test_it_names_a_loop_of_conditions_once() -> None:
    criteria = (ordinal("a", **on("c")), ordinal("b", **on("a")), ordinal("c", **on("b")))
    assert said(*criteria) == [
        (
            "criteria[0].condition",
            "These conditions go in a circle: a → c → b → a. Remove one of them.",
        )
    ]


@pytest.mark.parametrize(
    ("other", "band", "sentence"),
    [
        (
            CriterionSpec("b", "text", "B"),
            (1, 1),
            "“A”: the condition needs a number, and “B” is answered without one.",
        ),
        (
            ordinal("b"),
            (6, 7),
            "“A”: the condition can never hold: no answer to “B” lies from 6 to 7.",
        ),
        (ordinal("b"), (4, 2), "“A”: the condition begins above its end. Swap the two."),
        (ordinal("b"), (4, None), "“A”: the condition needs a lowest and a highest number."),
        (
            ordinal("b"),
            (None, None),
            "“A”: say from which to which number the condition holds.",
        ),
        (
            ordinal("b", is_per_image=True),
            (1, 2),
            "“A” is asked once, but depends on “B”, which is asked of each image. "
            "Ask both of each image, or choose another one.",
        ),
    ],
)
def test_it_refuses_a_condition_that_can_never_be_met(
    other: CriterionSpec, band: tuple[float | None, float | None], sentence: str
) -> None:
    assert said(other, ordinal("a", **on("b", *band))) == [("criteria[1].condition", sentence)]


def test_it_lets_what_is_asked_of_each_image_depend_on_the_task_and_on_the_same_image() -> None:
    each = ordinal("each", is_per_image=True)
    assert said(each, ordinal("more", is_per_image=True, **on("each"))) == []
    assert said(ordinal("once"), replace(each, **on("once"))) == []


def test_it_refuses_a_gate_that_every_answer_closes() -> None:
    shut = binary("shut", gate_low=0, gate_high=1)
    assert said(shut, binary("b"), binary("c")) == [
        (
            "criteria[0].gate",
            "“B” can never be asked: every answer to “Shut” closes its gate. Narrow the gate.",
        )
    ]
    assert said(replace(shut, is_required=False), binary("b")) == []
    assert said(shut) == []  # nothing follows it: a remark, no problem
    assert said(replace(shut, is_per_image=True), binary("b")) == []


def test_it_refuses_a_condition_that_holds_only_where_the_gate_is_closed() -> None:
    sentence = (
        "“B” can never be asked: whenever its condition on “A” holds, it is void. "
        "Change the condition or the gate."
    )
    gate = ordinal("a", gate_low=1, gate_high=2)
    assert said(gate, ordinal("b", **on("a", 1, 2))) == [("criteria[1].condition", sentence)]
    assert said(gate, ordinal("b", **on("a", 2, 3))) == []
    scale = CriterionSpec("a", "scale", "A", gate_low=0, gate_high=20)
    assert said(scale, ordinal("b", **on("a", 5, 10))) == [("criteria[1].condition", sentence)]
    assert said(scale, ordinal("b", **on("a", 5, 30))) == []


def test_it_follows_what_can_never_be_asked_from_one_to_the_next() -> None:
    paths = [
        path
        for path, _ in said(
            ordinal("a", gate_low=1, gate_high=2),
            ordinal("b", **on("a", 1, 2)),
            ordinal("c", **on("b", 1, 5)),
        )
    ]
    assert paths == ["criteria[1].condition", "criteria[2].condition"]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (
            {"presentation": {"surround": "pink"}},
            Problem("presentation", "surround is one of dark, mid, white, not “pink”."),
        ),
        (
            {"sample_task": {"questions": [""]}},
            Problem("sample_task.questions", "Sample task: Question 1 has no text."),
        ),
        (
            {"sample_task": {"questions": "A cat?"}},
            Problem("sample_task.questions", "The questions of the sample task are a list."),
        ),
        (
            {"sample_task": {"images": ["candidate"]}},
            Problem("sample_task.images", "The images of the sample task are a list of roles."),
        ),
    ],
)
def test_it_checks_how_the_task_is_shown(columns: dict[str, Any], problem: Problem) -> None:
    assert spec_problems(RubricSpec(criteria=(ordinal("a"),), **columns)) == [problem]


@CALM
@given(specs())
def test_it_says_what_is_wrong_with_any_version_in_sentences(spec: RubricSpec) -> None:
    for problem in spec_problems(spec):
        assert problem.sentence.endswith(".")
        assert problem.path.startswith(("criteria", "presentation", "sample_task"))
    for remark in lint(spec):
        assert remark.sentence.endswith((".", "?"))
