"""Whatever the rubric and the task: valid answers pass and come back, others are refused."""

from __future__ import annotations

import jsonschema
import pytest
from django.http import QueryDict
from hypothesis import assume, given
from hypothesis import strategies as st

from evalhub.models import Project, User
from rubrics.actions import start_draft, start_rubric, write_draft
from rubrics.criteria import AnswerState, Asked, CriterionAnswer, find_type
from rubrics.forms import AnswersForm, fill_in
from rubrics.layout import judging_helper
from rubrics.models import RubricVersion
from rubrics.problems import spec_problems
from rubrics.spec import RubricSpec
from rubrics.subject import Subject
from tests.rubrics.answer_strategies import Data, garbage_data, invalid_data, valid_data
from tests.rubrics.html_fields import fields_sent
from tests.rubrics.strategies import CALM, specs, subjects


@pytest.fixture
def draft(project: Project, lena: User) -> RubricVersion:
    rubric = start_rubric(actor=lena, project=project, name="Any")
    return start_draft(actor=lena, rubric=rubric)


def query(data: Data) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def page(form: AnswersForm) -> str:
    """Return the form as the work page shows it."""
    helper = judging_helper(form)
    form.rendered_fields = set()
    return "".join(block.render(form, None) for block in helper.layout.fields)


def check_schema(answers: list[CriterionAnswer]) -> None:
    for one in answers:
        if one.answer.state is AnswerState.ANSWERED:
            schema = find_type(one.criterion.type).answer_schema()
            jsonschema.validate(one.answer.data, schema)


@CALM
@given(spec=specs())
def test_it_draws_versions_that_can_be_published(spec: RubricSpec) -> None:
    assert spec_problems(spec) == []


@CALM
@given(spec=specs(), subject=subjects(), drawn=st.data())
def test_it_takes_every_valid_answer_and_shows_it_again(
    draft: RubricVersion, lena: User, spec: RubricSpec, subject: Subject, drawn: st.DataObject
) -> None:
    version = write_draft(actor=lena, version=draft, spec=spec)
    data = drawn.draw(valid_data(version, subject))
    form = AnswersForm(query(data), version=version, subject=subject)
    assert form.is_valid(), form.errors
    answers = form.answers()
    check_schema(answers)
    filled = AnswersForm(version=version, subject=subject, initial=fill_in(answers, subject))
    again = AnswersForm(fields_sent(page(filled)), version=version, subject=subject)
    assert again.is_valid(), again.errors
    assert again.answers() == answers
    assert all(
        find_type(one.criterion.type).show(Asked(one.criterion, subject, one.image), one.answer)
        for one in answers
        if one.answer.state is AnswerState.ANSWERED
    )


@CALM
@given(spec=specs(), subject=subjects(), drawn=st.data())
def test_it_refuses_every_answer_that_is_not_valid_and_names_its_criterion(
    draft: RubricVersion, lena: User, spec: RubricSpec, subject: Subject, drawn: st.DataObject
) -> None:
    version = write_draft(actor=lena, version=draft, spec=spec)
    data, name = drawn.draw(invalid_data(version, subject))
    assume(name)
    form = AnswersForm(query(data), version=version, subject=subject)
    assert not form.is_valid()
    asked = next(one for one in form.asked if one.key == name)
    assert all(str(sentence).startswith(f"{asked.title}: ") for sentence in form.errors[name])
    assert f'id="id_{name}_error"' in page(form)


@CALM
@given(spec=specs(), subject=subjects(), drawn=st.data())
def test_it_never_fails_on_garbage(
    draft: RubricVersion, lena: User, spec: RubricSpec, subject: Subject, drawn: st.DataObject
) -> None:
    version = write_draft(actor=lena, version=draft, spec=spec)
    data = drawn.draw(garbage_data(version, subject))
    form = AnswersForm(query(data), version=version, subject=subject)
    if form.is_valid():
        check_schema(form.answers())
    assert page(form).count("<fieldset") == len(form.asked)
