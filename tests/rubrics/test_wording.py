from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from rubrics import wording
from rubrics.models import Criterion
from rubrics.spec import CriterionSpec, LevelSpec
from tests import cast


def criterion(project: Project, lead: User, **fields: Any) -> Criterion:
    version = cast.release_rubric(project, lead, cast.quality_criterion(**fields))
    return version.criteria.in_order()[0]


def band(low: float, high: float, **fields: Any) -> dict[str, Any]:
    return {
        "justification_rule": "band",
        "justification_band_low": low,
        "justification_band_high": high,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"justification_rule": "never"}, ""),
        ({"justification_rule": "optional"}, "Optional."),
        ({"justification_rule": "always"}, "Needed, at least 20 characters."),
        ({"justification_rule": "always", "justification_min_length": 0}, "Needed."),
        (band(1, 2), "Needed when the score is 2 or lower, at least 20 characters."),
        (band(0, 2.5), "Needed when the score is 2 or lower, at least 20 characters."),
        (band(4, 9, justification_min_length=1), "Needed when the score is 4 or higher."),
        (band(3, 3, justification_min_length=1), "Needed when the score is 3."),
        (band(2, 4, justification_min_length=1), "Needed when the score is from 2 to 4."),
        (band(1, 5, justification_min_length=1), "Needed when there is a score."),
    ],
)
def test_it_says_when_a_justification_is_needed(
    project: Project, lena: User, fields: dict[str, Any], sentence: str
) -> None:
    assert wording.justification_rule(criterion(project, lena, **fields)) == sentence


def test_it_names_the_answers_where_no_score_is_higher_than_another(
    project: Project, lena: User
) -> None:
    levels = tuple(LevelSpec(value=n, label=word) for n, word in enumerate(("No", "Yes", "Unsure")))
    version = cast.release_rubric(
        project,
        lena,
        CriterionSpec("harm", "choice", "Harm", levels=levels, **band(1, 2)),
    )
    assert wording.justification_rule(version.criteria.get()) == (
        "Needed when the answer is “Yes” or “Unsure”, at least 20 characters."
    )


@pytest.mark.parametrize(
    ("kind", "bounds", "sentence"),
    [
        ("scale", {}, "A number from 0 to 100."),
        ("scale", {"min": -4, "max": 1.5}, "A number from −4 to 1.5."),
        ("count", {}, "A whole number, 0 or more."),
        ("count", {"max": 12}, "A whole number from 0 to 12."),
        ("text", {}, ""),
        ("text", {"min_length": 10}, "At least 10 characters."),
    ],
)
def test_it_says_what_an_answer_may_be(
    project: Project, lena: User, kind: str, bounds: dict[str, Any], sentence: str
) -> None:
    version = cast.release_rubric(project, lena, CriterionSpec("c", kind, "C", settings=bounds))
    assert wording.answer_rule(version.criteria.get()) == sentence


def test_it_puts_a_band_of_a_number_without_an_end_into_words(project: Project, lena: User) -> None:
    version = cast.release_rubric(
        project, lena, CriterionSpec("faces", "count", "Faces", **band(5, 1000))
    )
    assert wording.justification_rule(version.criteria.get()) == (
        "Needed when the score is from 5 to 1000, at least 20 characters."
    )


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("multi", "Needed when the number of ticks is 1 or higher."),
        ("words", "Needed when the number of marks is from 1 to 2."),
        ("regions", "Needed when the number of marks is 1 or higher."),
    ],
)
def test_it_says_what_the_number_counts(
    project: Project, lena: User, kind: str, sentence: str
) -> None:
    levels = (LevelSpec(1, "Noise"), LevelSpec(2, "Blur"))
    rules = {"max": 2} if kind == "regions" else {}
    fields = band(1, 2, justification_min_length=1)
    version = cast.release_rubric(
        project, lena, CriterionSpec("c", kind, "C", levels=levels, settings=rules, **fields)
    )
    assert wording.justification_rule(version.criteria.get()) == sentence


@pytest.mark.parametrize(
    ("effect", "sentence"),
    [
        ("show", "Asked only when, for “Harm”, the answer is “Yes”."),
        ("require", "Required only when, for “Harm”, the answer is “Yes”."),
    ],
)
def test_it_says_on_which_answer_a_criterion_depends(
    project: Project, lena: User, effect: str, sentence: str
) -> None:
    levels = (LevelSpec(0, "No"), LevelSpec(1, "Yes"))
    version = cast.release_rubric(
        project,
        lena,
        CriterionSpec("harm", "binary", "Harm", levels=levels, gate_low=0, gate_high=0),
        CriterionSpec(
            "why",
            "text",
            "Why",
            condition_effect=effect,
            condition_criterion="harm",
            condition_low=1,
            condition_high=1,
        ),
    )
    harm, why = version.criteria.in_order()
    assert wording.condition_rule(why, harm) == sentence
    assert wording.condition_rule(harm, None) == ""
    assert wording.gate_rule(harm) == "When the answer is “No”, the judgment ends here."
    assert wording.gate_rule(why) == ""
