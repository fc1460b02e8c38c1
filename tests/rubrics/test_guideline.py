"""The published rubric as a document to read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Project, User
from rubrics.actions import publish_version, start_draft, start_rubric, write_draft
from rubrics.models import RubricVersion
from rubrics.spec import CriterionSpec, LevelSpec, RubricSpec
from tests import cast

PAGE = "/projects/photos/guideline/"


def read(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(PAGE).content.decode()


def test_it_reads_as_a_document(client: Client, project: Project, lena: User, rosa: User) -> None:
    cast.release_rubric(
        project,
        lena,
        cast.quality_criterion(
            justification_rule="band", justification_band_low=1, justification_band_high=2
        ),
        CriterionSpec(
            key="text",
            type="binary",
            title="Legible text",
            levels=(LevelSpec(0, "No", "Any word is garbled."), LevelSpec(1, "Yes")),
            allows_not_applicable=True,
            is_required=False,
        ),
        CriterionSpec(key="appeal", type="scale", title="Appeal", settings={"max": 10}),
        instruction="Look *closely*.",
    )
    page = read(client, rosa)
    for words in (
        "Look <em>closely</em>.",
        "Version 1, published",
        "<strong>technical quality</strong>",
        "Ordered levels · higher is better",
        "The photograph is excellent.",
        "Needed when the score is 2 or lower, at least 20 characters.",
        "Yes or no · optional · “not applicable” is allowed",
        "A number from 0 to 10.",
    ):
        assert words in page


def test_it_puts_sections_gates_and_conditions_into_words(
    client: Client, project: Project, lena: User, rosa: User
) -> None:
    cast.release_rubric(
        project,
        lena,
        CriterionSpec(
            key="feasible",
            type="binary",
            title="Feasible",
            section="First",
            levels=(LevelSpec(0, "No"), LevelSpec(1, "Yes")),
            gate_low=0,
            gate_high=0,
        ),
        cast.quality_criterion(section="Then"),
        CriterionSpec(
            key="faults",
            type="choice",
            title="Main fault",
            section="Then",
            levels=(
                LevelSpec(1, "Hands", group="People"),
                LevelSpec(2, "Faces", group="People"),
                LevelSpec(3, "Sky", group="Places"),
            ),
            condition_effect="show",
            condition_criterion="quality",
            condition_low=1,
            condition_high=2,
        ),
        CriterionSpec(
            key="remark",
            type="text",
            title="Remark",
            is_required=False,
            condition_effect="require",
            condition_criterion="feasible",
            condition_low=1,
            condition_high=1,
        ),
    )
    page = read(client, rosa)
    for words in (
        '<h2 class="section-title">First</h2>',
        "When the answer is “No”, the judgment ends here.",
        "Asked only when, for “Quality”, the score is 2 or lower.",
        "Required only when, for “Feasible”, the answer is “Yes”.",
        'colspan="1">People</th>',
    ):
        assert words in page
    assert page.count("section-title") == 2
    assert page.count('class="group"') == 2


def test_it_shows_each_release_and_never_a_draft_by_its_number(
    client: Client, version: RubricVersion, lena: User, rosa: User
) -> None:
    publish_version(actor=lena, version=start_draft(actor=lena, rubric=version.rubric))
    start_draft(actor=lena, rubric=version.rubric)
    client.force_login(rosa)
    first = client.get(PAGE, {"version": "1"}).text
    assert "Version 1, published" in first
    assert "Read the one in use" in first
    assert "Retired" not in client.get(PAGE, {"version": "2"}).text
    for wrong in ("3", "99", "-1", "x", "²", "9" * 40):
        assert client.get(PAGE, {"version": wrong}).status_code == 404, wrong


def test_it_gives_the_drawer_the_document_alone(
    client: Client, version: RubricVersion, rosa: User
) -> None:
    client.force_login(rosa)
    answer = client.get(PAGE, headers={"HX-Request": "true"})
    assert "The photograph is excellent." in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]


def test_it_shows_the_published_version_and_never_a_draft(
    client: Client, version: RubricVersion, lena: User, rosa: User
) -> None:
    draft = start_draft(actor=lena, rubric=version.rubric)
    secret = CriterionSpec(key="secret", type="text", title="Not released")
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=(secret,)))
    for user in (rosa, lena):
        page = read(client, user)
        assert "Version 1" in page
        assert "Not released" not in page


@pytest.mark.parametrize("name", ["rosa", "lena"])
def test_it_says_who_writes_what_is_missing(
    client: Client, project: Project, name: str, request: pytest.FixtureRequest
) -> None:
    page = read(client, request.getfixturevalue(name))
    assert "There is no guideline yet" in page
    assert ("Write the rubric" in page) is (name == "lena")


def test_it_is_not_there_for_strangers(client: Client, version: RubricVersion, otto: User) -> None:
    client.force_login(otto)
    assert client.get(PAGE).status_code == 404


def test_it_asks_as_often_for_25_criteria_as_for_1(
    client: Client,
    project: Project,
    lena: User,
    rosa: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(rosa)
    version = cast.release_rubric(project, lena)
    with django_assert_num_queries(9):
        client.get(PAGE)
    draft = start_draft(actor=lena, rubric=version.rubric)
    many = [
        CriterionSpec(
            key=f"c{n}", type="ordinal", title=f"C{n}", levels=cast.quality_criterion().levels
        )
        for n in range(25)
    ]
    write_draft(actor=lena, version=draft, spec=RubricSpec(criteria=tuple(many)))
    publish_version(actor=lena, version=draft)
    with django_assert_num_queries(9):
        client.get(PAGE)


@pytest.mark.parametrize("kind", ["ordinal", "multi"])
def test_it_shows_the_example_images_of_levels(
    client: Client, project: Project, lena: User, rosa: User, kind: str
) -> None:
    rubric = start_rubric(actor=lena, project=project, name="Photos")
    sha256 = "a" * 64
    rubric.examples.create(sha256=sha256, key=f"examples/{sha256}", width=640, height=480, bytes=9)
    quality = cast.quality_criterion()
    worst, *others = quality.levels
    levels = (replace(worst, example=sha256), *others)
    cast.release_rubric(project, lena, replace(quality, type=kind, levels=levels))
    page = read(client, rosa)
    assert f'src="/projects/photos/examples/{sha256}/" width="640" height="480"' in page
    assert page.count('alt="Example of') == 1
