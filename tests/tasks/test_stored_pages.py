"""What an evaluator sees of an own judgment, and of a submit that came too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Project, User
from reviews.actions import record_judgment
from rubrics.forms import AnswersForm
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec
from tasks.actions import Submission, Viewing
from tasks.models import Assignment
from tasks.subject import subject_of
from tasks.wording import duration
from tests import cast


@pytest.fixture
def rich(project: Project, lena: User) -> RubricVersion:
    return cast.release_rubric(
        project,
        lena,
        CriterionSpec(
            "change",
            "ordinal",
            "Change",
            levels=(LevelSpec(-1, "Worse", "The edit harms."), LevelSpec(0, "Same")),
        ),
        CriterionSpec("beauty", "scale", "Beauty", allows_not_applicable=True),
        CriterionSpec("remark", "text", "Remark", is_required=False),
    )


def submit(user: User, held: Assignment, beauty: float = 62.5) -> Submission:
    return record_judgment(
        actor=user,
        assignment=held,
        answers=cast.answer(
            held.version,
            {"change": -1, "beauty": beauty, "remark": "Crop it."},
            {"change": "The horizon tilts."},
        ),
        submit_key=held.submit_key,
        viewing=Viewing(active_seconds=75),
    )


def test_it_shows_an_own_judgment_in_words(
    client: Client, project: Project, rich: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    judgment = submit(rosa, held).judgment
    assert judgment is not None
    client.force_login(rosa)
    response = client.get(reverse("assignment", args=[held.pk]), follow=True)
    assert response.redirect_chain == [(reverse("judgment", args=[judgment.pk]), 302)]
    html = response.content.decode()
    for words in (
        "−1 Worse", "The edit harms.", "The horizon tilts.", "62.5", "Crop it.", "1 min", "v1",
    ):  # fmt: skip
        assert words in html


@pytest.mark.parametrize(("keys", "name"), [(["hands"], "#1"), (["hands", "clones"], "#1.1")])
def test_it_names_marks_as_they_are_cited(
    client: Client,
    project: Project,
    lena: User,
    rosa: User,
    mo: User,
    keys: list[str],
    name: str,
) -> None:
    cast.release_rubric(project, lena, *(CriterionSpec(key, "regions", key) for key in keys))
    [task] = cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    form = AnswersForm(
        {f"{key}-where-0": "5 5" for key in keys},
        version=held.version,
        subject=subject_of(task),
    )
    assert form.is_valid(), form.errors
    record_judgment(actor=rosa, assignment=held, answers=form.answers(), submit_key=held.submit_key)
    client.force_login(rosa)
    page = client.get(reverse("assignment", args=[held.pk]), follow=True).content.decode()
    assert f"{name} point on image" in page


def test_it_hides_a_judgment_from_everybody_else(
    client: Client, project: Project, rich: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    judgment = submit(rosa, cast.claim(rosa, project)).judgment
    assert judgment is not None
    for other in (ravi, mo):
        client.force_login(other)
        assert client.get(reverse("judgment", args=[judgment.pk])).status_code == 404


def test_it_shows_a_late_submit_whole_and_says_what_happens_with_it(
    client: Client, project: Project, rich: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    late = cast.claim(rosa, project)
    Assignment.objects.filter(pk=late.pk).update(leased_until=timezone.now() - timedelta(days=1))
    submit(ravi, cast.claim(ravi, project))
    parked = submit(rosa, late, beauty=12).parked
    assert parked is not None
    client.force_login(rosa)
    html = client.get(reverse("parked", args=[parked.pk])).content.decode()
    for words in ("Kept, but not counted", parked.reason, "−1 Worse", "12", "Crop it."):
        assert words in html
    assert "62.5" not in html
    for other in (ravi, mo):
        client.force_login(other)
        assert client.get(reverse("parked", args=[parked.pk])).status_code == 404


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3660, "1 h 01 min")],
)
def test_it_spells_a_time(seconds: float, words: str) -> None:
    assert duration(seconds) == words
