"""Two leads who decide about one late submit at once, each on a connection of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest

from evalhub.models import Project, Role, User
from reviews.actions import record_parked_submit
from tasks.actions import ParkedDecidedError, discard_parked_submit, release_assignment
from tasks.models import Judgment, ParkedSubmit, Task
from tests import cast
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


@dataclass(frozen=True)
class Scene:
    project: Project
    leads: tuple[User, User]
    evaluators: tuple[User, User]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    project = cast.make_project(judgments_per_task=1)
    lena, ada, rosa, ravi = (cast.make_user(name) for name in ("lena", "ada", "rosa", "ravi"))
    for lead in (lena, ada):
        cast.join(project, lead, Role.LEAD)
    for evaluator in (rosa, ravi):
        cast.join(project, evaluator, Role.EVALUATOR)
    cast.release_rubric(project, lena)
    return Scene(project, (lena, ada), (rosa, ravi))


def make_parked(scene: Scene) -> ParkedSubmit:
    """Return what one evaluator submitted after the other had taken their place."""
    late, other = scene.evaluators
    cast.make_tasks(scene.project, scene.leads[0])
    held = cast.claim(late, scene.project)
    release_assignment(actor=late, assignment=held)
    cast.judge(other, scene.project)
    parked = cast.submit(held, quality=2).parked
    assert parked is not None
    return parked


def take(lead: User, parked: ParkedSubmit) -> str:
    try:
        record_parked_submit(actor=lead, parked=parked)
    except ParkedDecidedError:
        return "refused"
    return "taken"


def discard(lead: User, parked: ParkedSubmit) -> str:
    try:
        discard_parked_submit(actor=lead, parked=parked, note="Too late.")
    except ParkedDecidedError:
        return "refused"
    return "discarded"


def test_it_obeys_one_of_two_leads_and_tells_the_other(scene: Scene) -> None:
    lena, ada = scene.leads
    for _ in range(ROUNDS):
        parked = make_parked(scene)
        said = at_once([partial(take, lena, parked), partial(discard, ada, parked)])
        parked.refresh_from_db()
        assert sorted(said) == sorted(["refused", parked.state])
        task = Task.objects.get(pk=parked.assignment.task_id)
        made = Judgment.objects.filter(task=task).count()
        assert made == task.judgments_done == task.judgments_per_task
        assert made == (2 if parked.state == ParkedSubmit.State.TAKEN else 1)


def test_it_makes_one_judgment_where_two_leads_take_it(scene: Scene) -> None:
    for _ in range(ROUNDS):
        parked = make_parked(scene)
        assert at_once(partial(take, lead, parked) for lead in scene.leads) == ["taken", "taken"]
        assert Judgment.objects.filter(task=parked.assignment.task_id).count() == 2
