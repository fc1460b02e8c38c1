from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics.criteria import find_type
from rubrics.spec import CriterionSpec
from tests.rubrics.criteria.asking import Asking, labels

FAULTS = labels("Noise", "Blur", "Banding")


def test_it_keeps_what_is_ticked_in_the_rubrics_order(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "multi", levels=FAULTS)
    answer = asking.answer(it=["banding", "noise"])
    assert answer.number == 2.0
    assert answer.data == {"ticked": ["noise", "banding"], "severities": {}}
    assert asking.words(answer) == "Noise, Banding"


def test_it_tells_none_of_these_from_no_answer(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "multi", levels=FAULTS)
    answer = asking.answer(it__none="on")
    assert (answer.number, answer.data["ticked"]) == (0.0, [])
    assert asking.words(answer) == "None of these"
    assert asking.error() == "It: tick what applies, or “none of these”."


def test_it_keeps_a_severity_for_each_tick(project: Project, lena: User) -> None:
    rules = {"severities": ["mild", "grave"]}
    asking = Asking(project, lena, "multi", levels=FAULTS, settings=rules)
    answer = asking.answer(it=["blur"], it__severity__blur="grave")
    assert answer.data == {"ticked": ["blur"], "severities": {"blur": "grave"}}
    assert asking.words(answer) == "Blur (grave)"
    assert asking.error(it=["blur"]) == "It: choose how severe “Blur” is."
    assert asking.error(it__severity__blur="mild") == (
        "It: tick “Blur”, or take its severity away."
    )


@pytest.mark.parametrize(
    ("rules", "data", "sentence"),
    [
        ({}, {"it": ["rain"]}, "It: choose among the answers shown."),
        ({}, {"it": ["x" * 1_000_000]}, "It: choose among the answers shown."),
        (
            {},
            {"it": ["blur"], "it__none": "on"},
            "It: tick what applies or “none of these”, not both.",
        ),
        ({"none": False}, {"it__none": "on"}, "It: choose among the answers shown."),
        ({"none": False}, {}, "It: tick what applies."),
        ({"min": 2}, {"it": ["blur"]}, "It: tick at least 2; there are 1."),
        ({"max": 1}, {"it": ["blur", "noise"]}, "It: tick at most 1; there are 2."),
        ({}, {"it": ["blur"], "it__severity__blur": "odd"}, "It: choose among the answers shown."),
    ],
)
def test_it_says_what_to_mend(
    project: Project, lena: User, rules: dict[str, Any], data: dict[str, Any], sentence: str
) -> None:
    asking = Asking(project, lena, "multi", levels=FAULTS, settings=rules)
    assert asking.error(**data) == sentence


def test_it_draws_boxes_with_keys_and_what_was_ticked(project: Project, lena: User) -> None:
    asking = Asking(project, lena, "multi", levels=FAULTS)
    html = asking.page({"it": ["blur"]})
    assert html.count('type="checkbox"') == 4
    assert 'value="blur" id="id_it_1" checked' in html
    assert 'name="it-none" id="id_it-none"' in html


@pytest.mark.parametrize(
    ("rules", "rule", "ends"),
    [
        ({}, "", (0.0, 3.0)),
        ({"min": 2, "none": False}, "Tick at least 2.", (2.0, 3.0)),
        ({"max": 2}, "Tick from 1 to 2.", (0.0, 2.0)),
        ({"min": 2, "max": 2}, "Tick 2 of them.", (0.0, 2.0)),
    ],
)
def test_it_says_how_many(
    project: Project, lena: User, rules: dict[str, Any], rule: str, ends: tuple[float, float]
) -> None:
    kind = find_type("multi")
    asking = Asking(project, lena, "multi", levels=FAULTS, settings=rules)
    assert kind.answer_rule(asking.version.criteria.get()) == rule
    spec = CriterionSpec("it", "multi", "It", settings=rules, levels=FAULTS)
    assert kind.number_range(spec) == ends


def test_it_refuses_more_ticks_than_there_are_options() -> None:
    spec = CriterionSpec("it", "multi", "It", settings={"min": 4}, levels=FAULTS)
    assert find_type("multi").problems(spec) == [
        "“It”: the fewest ticks are more than can be ticked."
    ]
