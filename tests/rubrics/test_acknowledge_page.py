"""The page that shows what changed, before and after, and takes the word that it was read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalhub.models import Project, User
from rubrics.actions import publish_version, start_draft, write_draft
from rubrics.models import Acknowledgement, RubricVersion
from rubrics.reading import begin_with
from rubrics.spec import RubricSpec
from tests import cast


def release(version: RubricVersion, lena: User, words: str, notes: str) -> RubricVersion:
    draft = start_draft(actor=lena, rubric=version.rubric)
    spec = RubricSpec("Look closely.", (replace(cast.quality_criterion(), description=words),))
    write_draft(actor=lena, version=draft, spec=spec)
    return publish_version(actor=lena, version=draft, release_notes=notes)


@pytest.fixture
def second(version: RubricVersion, lena: User, rosa: User) -> RubricVersion:
    begin_with(rosa, version)
    return release(version, lena, "Judge the sharpness only.", "Edges **first**.")


def read(client: Client, user: User, project: Project) -> str:
    client.force_login(user)
    response = client.get(reverse("changes", args=[project.slug]))
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_it_shows_before_and_after_with_the_release_notes(
    client: Client, project: Project, second: RubricVersion, rosa: User
) -> None:
    html = read(client, rosa, project)
    assert "What changed in version 2" in html
    assert "Compared with version 1, which you know" in html
    assert "Edges <strong>first</strong>." in html
    assert "<del>" in html
    assert "<ins>" in html
    assert "I have read this" in html
    assert not Acknowledgement.objects.filter(version=second).exists()


def test_it_stores_that_it_was_read_and_goes_on_to_work(
    client: Client, project: Project, second: RubricVersion, rosa: User
) -> None:
    client.force_login(rosa)
    response = client.post(reverse("changes", args=[project.slug]), {"version": "2"})
    assert response["Location"] == reverse("work", args=[project.slug])
    assert Acknowledgement.objects.get(version=second).user == rosa
    html = read(client, rosa, project)
    assert "What changed in version 2" in html  # to look it up again
    assert "I have read this" not in html


def test_it_shows_what_came_out_while_the_page_stood_open(
    client: Client, project: Project, second: RubricVersion, rosa: User, lena: User
) -> None:
    release(second, lena, "Judge the colours only.", "Colours.")
    client.force_login(rosa)
    page = reverse("changes", args=[project.slug])
    response = client.post(page, {"version": "2"}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "Version 3 has come out meanwhile." in response.text
    assert "Compared with version 2, which you know" in " ".join(response.text.split())


def test_it_asks_nothing_of_those_who_do_not_judge(
    client: Client, project: Project, second: RubricVersion, lena: User
) -> None:
    assert "I have read this" not in read(client, lena, project)
    assert client.post(reverse("changes", args=[project.slug]), {"version": "2"}).status_code == 403


@pytest.mark.parametrize("number", ["", "0", "99", "-1", "two", "9" * 40, "٢"])
def test_it_knows_no_version_but_the_released_ones(
    client: Client, project: Project, second: RubricVersion, rosa: User, number: str
) -> None:
    client.force_login(rosa)
    response = client.post(reverse("changes", args=[project.slug]), {"version": number})
    assert response.status_code == (302 if number == "٢" else 404)


def test_it_says_that_nothing_changed_in_the_first_version(
    client: Client, project: Project, version: RubricVersion, rosa: User
) -> None:
    assert "Version 1 is the first of this rubric." in read(client, rosa, project)


def test_it_says_that_nothing_was_published(client: Client, project: Project, rosa: User) -> None:
    assert "Nothing was published yet." in read(client, rosa, project)


def test_it_asks_the_database_the_same_number_of_times_for_one_clause_and_for_25(
    client: Client, project: Project, version: RubricVersion, lena: User, rosa: User
) -> None:
    begin_with(rosa, version)

    def count(clauses: int, words: str) -> int:
        one = cast.quality_criterion()
        criteria = (replace(one, key=f"c{n}", description=words) for n in range(clauses))
        draft = start_draft(actor=lena, rubric=version.rubric)
        write_draft(actor=lena, version=draft, spec=RubricSpec("", tuple(criteria)))
        publish_version(actor=lena, version=draft, release_notes=words)
        read(client, rosa, project)
        with CaptureQueriesContext(connection) as queries:
            read(client, rosa, project)
        return len(queries)

    assert count(1, "Judge the light only.") == count(25, "Judge the colours only.")
