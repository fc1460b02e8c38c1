"""A release while evaluators hold open forms: each judgment carries the version it showed."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from evalhub.models import Project, Role, User
from rubrics.models import Acknowledgement
from tasks.actions import claim_next_task
from tasks.models import Assignment, Judgment, ParkedSubmit, Task
from tasks.queue import QueueReason, explain_empty_queue
from tests import cast
from tests.tasks.release_data import KEYS, five_criteria, release_next, reworded
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

EVALUATORS = 8


def submit_page(client: Client, page: str, path: str) -> int:
    """Fill in the form that a page showed, whatever it asks, and send it."""
    key = re.search(r'name="work-submit_key" value="(.*?)"', page)
    assert key is not None
    answers = {name: "good" for name in KEYS if f'name="{name}"' in page}
    return client.post(path, {"work-submit_key": key[1], **answers}).status_code


@pytest.mark.parametrize("older_work", ["reask", "leave"])
def test_it_keeps_every_judgment_under_the_version_its_form_showed(
    transactional_db: None, older_work: str
) -> None:
    project = cast.make_project()
    lena, mo = cast.make_user("lena"), cast.make_user("mo")
    cast.join(project, lena, Role.LEAD)
    cast.join(project, mo, Role.MANAGER)
    evaluators = [cast.make_user(f"evaluator{n}") for n in range(EVALUATORS)]
    for evaluator in evaluators:
        cast.join(project, evaluator, Role.EVALUATOR)
    first = cast.release_rubric(project, lena, *five_criteria())
    cast.make_tasks(project, mo, EVALUATORS, judgments_per_task=2)

    clients, pages, paths = [], [], []
    for evaluator in evaluators:
        client = Client()
        client.force_login(evaluator)
        response = client.get(reverse("work", args=[project.slug]), follow=True)
        held = Assignment.objects.get(evaluator=evaluator)
        clients.append(client)
        pages.append(response.text)
        paths.append(reverse("submit", args=[held.pk]))

    criteria = reworded(five_criteria(), "light")[1:]  # the first criterion is gone, too
    second = release_next(project, lena, criteria, {"light": "breaking"}, older_work)
    sent = at_once(
        partial(submit_page, client, page, path)
        for client, page, path in zip(clients, pages, paths, strict=True)
    )

    assert sent == [302] * EVALUATORS
    judgments = Judgment.objects.all()
    assert {judgment.evaluator for judgment in judgments} == set(evaluators)
    assert {judgment.version for judgment in judgments} == {first}
    assert all(judgment.scores.count() == len(KEYS) for judgment in judgments)
    assert not ParkedSubmit.objects.exists()
    assert sum(Task.objects.values_list("judgments_done", flat=True)) == EVALUATORS
    check_that_each_reads_first(project, evaluators, clients)
    assert {hold.version for hold in Assignment.objects.filter(state="open")} == {second}


def check_that_each_reads_first(
    project: Project, evaluators: list[User], clients: list[Client]
) -> None:
    for evaluator, client in zip(evaluators, clients, strict=True):
        assert claim_next_task(actor=evaluator, project=project) is None
        assert explain_empty_queue(evaluator, project).reason == QueueReason.CHANGE_TO_READ
        assert "The rubric has changed" in client.get(reverse("work", args=[project.slug])).text
        client.post(reverse("changes", args=[project.slug]), {"version": "2"})
        assert Acknowledgement.objects.filter(user=evaluator, version__number=2).exists()
        assert claim_next_task(actor=evaluator, project=project) is not None
