from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evalhub.models import Project, User
from rubrics.criteria import AnswerState
from rubrics.forms import AnswersForm
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tests import cast

LEVELS = cast.quality_criterion().levels


@pytest.fixture
def rich_version(project: Project, lena: User) -> RubricVersion:
    """One criterion of each type, with every justification rule."""
    return cast.release_rubric(
        project,
        lena,
        CriterionSpec(
            "quality",
            "ordinal",
            "Quality",
            levels=LEVELS,
            justification_rule="band",
            justification_band_low=1,
            justification_band_high=2,
            allows_not_applicable=True,
        ),
        CriterionSpec(
            "sharp",
            "binary",
            "Sharp",
            levels=(LevelSpec(0, "No"), LevelSpec(1, "Yes")),
            justification_rule="always",
            justification_min_length=5,
        ),
        CriterionSpec(
            "light",
            "choice",
            "Light",
            levels=(LevelSpec(1, "Day"), LevelSpec(2, "Night")),
            justification_rule="never",
            is_required=False,
        ),
        CriterionSpec(
            "beauty",
            "scale",
            "Beauty",
            justification_rule="optional",
            settings={"min": -10, "max": 10},
        ),
        CriterionSpec("faces", "count", "Faces", justification_rule="never"),
        CriterionSpec(
            "remark",
            "text",
            "Remark",
            justification_rule="never",
            is_required=False,
            settings={"max_length": 20},
        ),
    )


GOOD = {
    "quality": "level_4",
    "sharp": "level_1",
    "sharp-why": "The eyelashes are crisp.",
    "beauty": "-2.5",
    "faces": "0",
}


def form(version: RubricVersion, changes: dict[str, Any] | None = None) -> AnswersForm:
    data = {**GOOD, **(changes or {})}
    return AnswersForm(
        {key: value for key, value in data.items() if value is not None}, version=version
    )


def test_it_gives_typed_answers_in_the_rubrics_order(rich_version: RubricVersion) -> None:
    bound = form(rich_version, {"light": "level_2", "remark": "Night shot"})
    assert bound.is_valid(), bound.errors
    given = {item.criterion.key: item for item in bound.answers()}
    assert list(given) == ["quality", "sharp", "light", "beauty", "faces", "remark"]
    assert given["quality"].answer.number == 4.0
    assert given["quality"].answer.level is not None
    assert given["quality"].answer.level.label == "Good"
    assert given["sharp"].justification == "The eyelashes are crisp."
    assert given["beauty"].answer.number == -2.5
    assert given["remark"].answer.text == "Night shot"
    assert given["remark"].answer.number is None


def test_it_keeps_a_count_of_nought_apart_from_no_answer(rich_version: RubricVersion) -> None:
    zero = {item.criterion.key: item.answer for item in form(rich_version).answers()}
    assert zero["faces"].number == 0.0
    unanswered = form(rich_version, {"faces": None})
    assert unanswered.errors == {"faces": ["Faces: give an answer."]}


def test_it_lets_what_is_not_required_stay_unanswered(rich_version: RubricVersion) -> None:
    keys = [item.criterion.key for item in form(rich_version).answers()]
    assert "light" not in keys
    assert "remark" not in keys


def test_it_stores_not_applicable_as_its_own_state(rich_version: RubricVersion) -> None:
    bound = form(rich_version, {"quality": None, "quality-na": "on"})
    answer = bound.answers()[0].answer
    assert (answer.state, answer.number, answer.level) == (AnswerState.NOT_APPLICABLE, None, None)


def test_it_refuses_an_answer_that_is_also_not_applicable(rich_version: RubricVersion) -> None:
    bound = form(rich_version, {"quality-na": "on"})
    assert bound.errors["quality"] == ["Quality: choose an answer or “not applicable”, not both."]


def test_it_ignores_not_applicable_where_the_rubric_does_not_allow_it(
    rich_version: RubricVersion,
) -> None:
    assert form(rich_version, {"faces": None, "faces-na": "on"}).errors["faces"] == [
        "Faces: give an answer."
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"quality": "level_2"}, "quality-why", "Quality: say why, in at least 20 characters."),
        (
            {"quality": "level_1", "quality-why": "Blurred."},
            "quality-why",
            "Quality: the justification has 8 characters, the rubric asks for at least 20. "
            "Say what, where and how bad.",
        ),
        ({"sharp-why": "   "}, "sharp-why", "Sharp: say why, in at least 5 characters."),
        ({"beauty": "10.01"}, "beauty", "Beauty: give a number from −10 to 10."),
        ({"beauty": "nan"}, "beauty", "Beauty: give a number from −10 to 10."),
        ({"faces": "-1"}, "faces", "Faces: give a whole number, 0 or more."),
        ({"faces": "1.5"}, "faces", "Faces: give a whole number, 0 or more."),
        (
            {"remark": "x" * 21},
            "remark",
            "Remark: write at most 20 characters; there are 21.",
        ),
    ],
)
def test_it_says_what_to_mend(
    rich_version: RubricVersion, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert form(rich_version, changes).errors == {field: [sentence]}


def test_it_asks_for_no_justification_outside_the_band(rich_version: RubricVersion) -> None:
    assert form(rich_version, {"quality": "level_3"}).is_valid()


def test_it_refuses_a_level_of_another_criterion(rich_version: RubricVersion) -> None:
    assert "quality" in form(rich_version, {"quality": "level_9"}).errors


def test_it_offers_nothing_pre_filled(rich_version: RubricVersion) -> None:
    unbound = AnswersForm(version=rich_version)
    assert all(unbound[name].value() is None for name in unbound.fields if "na" not in name)
    assert [group.criterion.key for group in unbound.groups()][:2] == ["quality", "sharp"]


def test_it_shows_no_justification_where_the_rule_is_never(rich_version: RubricVersion) -> None:
    shown = {
        g.criterion.key: g.justification is not None
        for g in AnswersForm(version=rich_version).groups()
    }
    assert shown == {
        "quality": True,
        "sharp": True,
        "light": False,
        "beauty": True,
        "faces": False,
        "remark": False,
    }


def test_it_refuses_to_give_the_answers_of_an_invalid_form(rich_version: RubricVersion) -> None:
    with pytest.raises(ValueError, match="valid form"):
        form(rich_version, {"faces": None}).answers()


def test_it_builds_a_form_in_two_queries(rich_version: RubricVersion) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert AnswersForm(version=rich_version).as_p()
    assert len(queries) == 2


def test_it_refuses_a_count_that_no_float_holds(project: Project, lena: User) -> None:
    version = cast.release_rubric(
        project, lena, CriterionSpec(key="birds", type="count", title="Birds")
    )
    form = AnswersForm({"birds": "9" * 400}, version=version)
    assert not form.is_valid()
    assert "birds" in form.errors
