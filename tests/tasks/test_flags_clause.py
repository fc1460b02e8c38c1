"""Say on the work page which clause a flag is about."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Flag
from tests import cast


@pytest.fixture
def held(project: Project, version: RubricVersion, mo: User, rosa: User) -> Assignment:
    cast.make_tasks(project, mo)
    return cast.claim(rosa, project)


def send(client: Client, held: Assignment, clause: str) -> int:
    data = {"flag-kind": "edge_case", "flag-note": "Two moons", "flag-clause": clause}
    return client.post(reverse("flag", args=[held.pk]), data).status_code


def test_it_offers_the_clauses_and_keeps_the_chosen_one(
    client: Client, held: Assignment, rosa: User
) -> None:
    client.force_login(rosa)
    page = client.get(reverse("assignment", args=[held.pk])).text
    assert '<option value="quality">1 Quality</option>' in page
    assert send(client, held, "quality") == 200
    assert Flag.objects.get().criterion_key == "quality"
    assert send(client, held, "") == 200
    assert Flag.objects.get().criterion_key == ""


def test_it_refuses_a_clause_of_another_rubric(
    client: Client, held: Assignment, rosa: User
) -> None:
    client.force_login(rosa)
    assert send(client, held, "beauty") == 422
    assert not Flag.objects.exists()


def test_it_shows_the_clause_in_admin(
    client: Client, held: Assignment, rosa: User, lena: User
) -> None:
    client.force_login(rosa)
    send(client, held, "quality")
    client.force_login(lena)
    flag = Flag.objects.get()
    assert " · Quality · " in client.get("/admin/tasks/flag/").text
    assert " · about “Quality”" in client.get(f"/admin/tasks/flag/{flag.pk}/change/").text
