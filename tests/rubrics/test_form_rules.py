"""Gates, conditions, citations and criteria that are asked of each image."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from evalhub.models import Project, User
from rubrics.criteria import Answer, AnswerState, CriterionAnswer
from rubrics.forms import AnswersForm, fill_in
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from rubrics.subject import Subject, SubjectImage
from tests import cast

TWO = Subject(images=(SubjectImage(1, "Image A"), SubjectImage(0, "Image B")))
NO_YES = (LevelSpec(0, "No", key="no"), LevelSpec(1, "Yes", key="yes"))
FEASIBLE = CriterionSpec("feasible", "binary", "Feasible", levels=NO_YES, gate_low=0, gate_high=0)


def count(key: str, **fields: Any) -> CriterionSpec:
    return CriterionSpec(key, "count", key.capitalize(), **fields)


def form(version: RubricVersion, subject: Subject = TWO, **data: str) -> AnswersForm:
    sent = QueryDict(mutable=True)
    sent.update({name.replace("__", "-"): value for name, value in data.items()})
    return AnswersForm(sent, version=version, subject=subject)


def states(bound: AnswersForm) -> dict[str, str]:
    assert bound.is_valid(), bound.errors
    return {
        one.criterion.key + (f"-{one.image.position}" if one.image else ""): one.answer.state
        for one in bound.answers()
    }


def test_it_makes_all_that_follows_a_closed_gate_void(project: Project, lena: User) -> None:
    version = cast.release_rubric(project, lena, count("before"), FEASIBLE, count("faces"))
    found = states(form(version, before="1", feasible="no", faces="nonsense", faces__why="x"))
    assert found == {"before": "answered", "feasible": "answered", "faces": "void"}
    open_gate = form(version, before="1", feasible="yes")
    assert open_gate.errors == {"faces": ["Faces: give an answer."]}


def test_it_closes_the_gate_of_one_image_for_that_image_alone(project: Project, lena: User) -> None:
    gate = CriterionSpec(
        "seen", "binary", "Seen", levels=NO_YES, gate_low=0, gate_high=0, is_per_image=True
    )
    version = cast.release_rubric(
        project, lena, gate, count("faces", is_per_image=True), count("all")
    )
    found = states(form(version, seen__0="yes", seen__1="no", faces__0="2", all="1"))
    assert found["faces-1"] == "void"
    assert found["faces-0"] == found["all"] == "answered"


@pytest.mark.parametrize(
    ("effect", "number", "outcome"),
    [
        ("show", "2", "Cause: give an answer."),
        ("show", "0", "void"),
        ("require", "2", "Cause: give an answer."),
        ("require", "0", "left open"),
    ],
)
def test_it_shows_or_requires_by_the_answer_before(
    project: Project, lena: User, effect: str, number: str, outcome: str
) -> None:
    cause = count(
        "cause",
        condition_effect=effect,
        condition_criterion="faces",
        condition_low=1,
        condition_high=9,
    )
    version = cast.release_rubric(project, lena, count("faces"), cause)
    bound = form(version, faces=number)
    if bound.is_valid():
        assert states(bound).get("cause", "left open") == outcome
    else:
        assert bound.errors == {"cause": [outcome]}


def test_it_asks_of_each_judged_image_in_the_order_shown(project: Project, lena: User) -> None:
    version = cast.release_rubric(project, lena, count("faces", is_per_image=True))
    source = SubjectImage(2, "Source", role="source")
    bound = form(version, Subject(images=(source, *TWO.images)), faces__1="3")
    assert list(bound.fields) == ["faces-1", "faces-1-why", "faces-0", "faces-0-why"]
    assert bound.errors == {"faces-0": ["Faces, image B: give an answer."]}


@pytest.mark.parametrize(
    ("cites", "why", "is_enough"),
    [
        ("region", "See #1.", True),
        ("region", "See #2.", False),
        ("region", "See §1.", False),
        ("clause", "By § 2 it is.", True),
        ("clause", "By §3 it is.", False),
        ("either", "See #1.", True),
        ("either", "Look.", False),
        ("", "Look.", True),
    ],
)
def test_it_wants_the_citation_of_the_rule(
    project: Project, lena: User, cites: str, why: str, is_enough: bool
) -> None:
    faces = count(
        "faces",
        justification_rule="always",
        justification_min_length=1,
        justification_cites=cites,
    )
    version = cast.release_rubric(project, lena, faces, CriterionSpec("marks", "regions", "Marks"))
    only = Subject(images=TWO.images[:1])
    bound = form(version, only, faces="1", faces__why=why, marks__where__0="5 5")
    assert bound.is_valid() is is_enough
    if not is_enough:
        [[sentence]] = bound.errors.values()
        assert str(sentence).startswith("Faces: cite a ")


@pytest.mark.parametrize(
    ("why", "is_enough"),
    [
        ("See #2.1.", True),
        ("See #3.2, please.", True),
        ("See #2.2.", False),
        ("See #1.", False),
        ("See #1.1.", False),
        ("See #2.", False),
    ],
)
def test_it_wants_the_clause_in_a_citation_where_several_criteria_have_marks(
    project: Project, lena: User, why: str, is_enough: bool
) -> None:
    rule = {"justification_rule": "always", "justification_min_length": 1}
    version = cast.release_rubric(
        project,
        lena,
        count("faces", justification_cites="region", **rule),
        CriterionSpec("hands", "regions", "Hands"),
        CriterionSpec("clones", "regions", "Clones"),
    )
    bound = form(
        version,
        Subject(images=TWO.images[:1]),
        faces="1",
        faces__why=why,
        hands__where__0="5 5",
        clones__where__0="5 5",
        clones__where__1="9 9",
    )
    assert bound.is_valid() is is_enough
    assert "cite a mark, such as #2.1." in str(bound.fields["faces-why"].help_text)
    if not is_enough:
        [[sentence]] = bound.errors.values()
        assert sentence == "Faces: cite a mark, such as #2.1 in the justification."


def test_it_asks_a_void_criterion_for_no_citation(project: Project, lena: User) -> None:
    faces = count("faces", justification_rule="always", justification_cites="clause")
    version = cast.release_rubric(project, lena, FEASIBLE, faces)
    assert states(form(version, feasible="no"))["faces"] == "void"


def test_it_rests_on_answers_given_before_in_a_follow_up(project: Project, lena: User) -> None:
    version = cast.release_rubric(project, lena, FEASIBLE, count("faces"))
    feasible = version.criteria.get(key="feasible")
    no = CriterionAnswer(feasible, Answer(number=0.0, level=feasible.levels.get(key="no")))
    bound = AnswersForm({}, version=version, subject=TWO, only={"faces"}, given=[no])
    assert states(bound) == {"faces": "void"}
    assert list(bound.fields) == ["faces", "faces-why"]


def test_it_fills_a_form_with_what_was_answered(project: Project, lena: User) -> None:
    version = cast.release_rubric(
        project, lena, FEASIBLE, count("faces", allows_not_applicable=True)
    )
    answers = form(version, feasible="yes", faces__na="on", feasible__why="Plain.").answers()
    assert [one.answer.state for one in answers] == [
        AnswerState.ANSWERED,
        AnswerState.NOT_APPLICABLE,
    ]
    assert fill_in(answers, TWO) == {
        "feasible": "yes",
        "feasible-why": "Plain.",
        "faces-na": True,
        "faces-why": "",
    }
