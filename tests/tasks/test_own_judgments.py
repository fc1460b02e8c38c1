"""Going back: the list of one's last judgments, the links to it, and what was changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.models import Judgment
from tasks.models.judgment import CHANGEABLE
from tasks.places import close_to_changes
from tests import cast


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def mine(project: Project) -> str:
    return reverse("own-judgments", args=[project.slug])


def change_of(judgment: Judgment) -> str:
    return f'href="{reverse("judgment-change", args=[judgment.pk])}"'


def test_it_lists_the_last_ten_with_what_was_said(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    tasks = cast.make_tasks(project, mo, CHANGEABLE + 1, judgments_per_task=2)
    judgments = [cast.judged(rosa, project, quality=2) for _ in tasks]
    other = cast.judged(ravi, project, quality=5)
    now = cast.revise(judgments[5], quality=3).judgment
    html = text_of(page.get(mine(project)))
    shown = [*judgments[1:5], now, *judgments[6:]]
    places = [html.index(f'href="{reverse("judgment", args=[one.pk])}"') for one in shown]
    assert places == sorted(places, reverse=True)  # the newest first; a change moves none
    for hidden in (judgments[0], judgments[5], other):
        assert reverse("judgment", args=[hidden.pk]) + '"' not in html
    assert html.count(">Changed</span>") == 1
    assert (html.count("2 Poor"), html.count("3 Fair"), html.count("5 Excellent")) == (9, 1, 0)
    assert all(change_of(one) in html for one in shown)


def test_it_says_why_one_of_them_stays_as_it_is(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 2)
    drawn, free = cast.judged(rosa, project), cast.judged(rosa, project)
    close_to_changes(drawn)
    for address in (mine(project), reverse("judgment", args=[drawn.pk])):
        html = text_of(page.get(address))
        assert "It was drawn for review, so it stays as it is." in html
        assert change_of(drawn) not in html
    assert change_of(free) in text_of(page.get(mine(project)))
    assert change_of(free) in text_of(page.get(reverse("judgment", args=[free.pk])))


def test_it_says_when_there_is_none(page: Client, project: Project, version: RubricVersion) -> None:
    html = text_of(page.get(mine(project)))
    assert "No judgments yet" in html
    assert reverse("work", args=[project.slug]) in html


def test_it_lists_25_in_as_many_queries_as_one(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 25)
    counts = []
    for _ in range(25):
        cast.revise(cast.judged(rosa, project, quality=1), quality=2)
        with CaptureQueriesContext(connection) as queries:
            page.get(mine(project))
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_it_leads_back_from_the_work_page(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo, 3)
    back = reverse("last-judgment", args=[project.slug])
    held = cast.claim(rosa, project)
    assert f'href="{back}" data-key="u"' in page.get(reverse("assignment", args=[held.pk])).text
    assert page.get(back).headers["Location"] == mine(project)
    cast.submit(held)
    last = cast.judged(rosa, project, quality=1)
    now = cast.revise(last, quality=2).judgment
    assert page.get(back).headers["Location"] == reverse("judgment", args=[now.pk])
    held = cast.claim(rosa, project)
    for address in (reverse("assignment", args=[held.pk]), reverse("project", args=[project.slug])):
        assert f'href="{mine(project)}"' in page.get(address).text


def test_it_shows_each_change_with_its_time(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    first = cast.judged(rosa, project, quality=1)
    second = cast.revise(first, quality=3).judgment
    third = cast.revise(second, quality=4).judgment
    html = text_of(page.get(reverse("judgment", args=[third.pk])))
    assert "<del>1 Bad</del> <ins>3 Fair</ins>" in html
    assert "<del>3 Fair</del> <ins>4 Good</ins>" in html
    for one in (first, second, third):
        assert f'datetime="{one.submitted_at.isoformat()}"' in html
    assert "An earlier change of yours" in page.get(reverse("judgment", args=[second.pk])).text


def test_it_shows_those_who_compare_what_was_changed(
    client: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, ada: User,
    mo: User,
) -> None:  # fmt: skip
    [task] = cast.make_tasks(project, mo)
    first, second = (cast.judged(person, project, quality=1) for person in (rosa, ravi))
    client.force_login(ada)
    address = reverse("task", args=[project.slug, task.pk])
    with CaptureQueriesContext(connection) as before:
        assert "What Evaluator" not in client.get(address).text
    cast.revise(first, quality=3)
    with CaptureQueriesContext(connection) as one:
        html = text_of(client.get(address))
    assert "What Evaluator 1 changed" in html  # in the order of the first answers
    assert "What Evaluator 2 changed" not in html
    assert "<del>1 Bad</del> <ins>3 Fair</ins>" in html
    assert '<a href="/judgments/' not in html
    cast.revise(second, quality=3)
    with CaptureQueriesContext(connection) as two:
        client.get(address)
    assert len(before) < len(one) == len(two)
