"""In which order evaluators meet tasks, and that no claim looks back at what is behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from evalhub.models import Membership, Project, Role, User
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task, release_assignment, skip_task
from tasks.candidates import COMMITS_WITHIN
from tasks.models import Assignment, QueueWalk, SkipReason, Task
from tests import cast

LONG_AGO = timezone.now() - timedelta(days=2)


def enter_at(user: User, task: Task) -> None:
    """Have `user` meet tasks that nobody has begun from `task` on."""
    QueueWalk.objects.filter(evaluator=user).update(seed=task.shuffle)


def age(*tasks: Task) -> None:
    """Let the places of begun `tasks` have come free long ago, one after the other."""
    for number, task in enumerate(tasks):
        offered_at = LONG_AGO + timedelta(minutes=number)
        Task.objects.filter(pk=task.pk).update(offered_at=offered_at)


def test_it_enters_the_ring_where_the_evaluator_does_and_goes_round(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    first, second, third = cast.make_tasks(project, mo, 3, judgments_per_task=1)
    enter_at(rosa, second)
    met = []
    while assignment := claim_next_task(actor=rosa, project=project):
        met.append(assignment.task)
        cast.submit(assignment)
    assert met == [second, third, first]


def test_it_gives_every_evaluator_a_place_of_entry_of_their_own(project: Project) -> None:
    people = [cast.make_user(f"evaluator{n}") for n in range(20)]
    seeds = {QueueWalk.objects.create(project=project, evaluator=one).seed for one in people}
    assert len(seeds) == 20
    assert max(seeds) - min(seeds) > 2**29


def test_it_finishes_what_others_have_begun_first(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    fresh, begun = cast.make_tasks(project, mo, 2, judgments_per_task=2)
    enter_at(ravi, begun)
    cast.judge(ravi, project)
    enter_at(rosa, fresh)
    assert cast.claim(rosa, project).task == begun


def test_it_moves_the_mark_past_what_the_evaluator_has_judged(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    judged = cast.make_tasks(project, mo, 3, judgments_per_task=2)
    for _ in judged:
        cast.judge(rosa, project)
    age(*judged)
    [other] = cast.make_tasks(project, mo, judgments_per_task=2)
    enter_at(ravi, other)
    cast.claim(ravi, project)
    assert cast.claim(rosa, project).task == other
    mark = QueueWalk.objects.get(evaluator=rosa).mark(0)
    assert mark is not None
    assert LONG_AGO + timedelta(minutes=2) < mark <= timezone.now() - COMMITS_WITHIN


@pytest.mark.parametrize("gives_back", [release_assignment, skip_task])
def test_it_meets_behind_its_mark_what_came_free_again(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User,
    gives_back: object,
) -> None:  # fmt: skip
    """A place that comes free moves its task past everybody's mark."""
    full, judged = cast.make_tasks(project, mo, 2, judgments_per_task=1)
    held = cast.claim(ravi, project)
    assert held.task == full
    cast.judge(rosa, project)
    QueueWalk.objects.filter(evaluator=rosa).update(
        passed={"0": (timezone.now() - COMMITS_WITHIN).isoformat()}, looked_back_at=timezone.now()
    )
    assert claim_next_task(actor=rosa, project=project) is None
    if gives_back is skip_task:
        skip_task(actor=ravi, assignment=held, reason=SkipReason.OTHER)
    else:
        release_assignment(actor=ravi, assignment=held)
    assert cast.claim(rosa, project).task == full
    assert judged.pk != full.pk


def test_it_looks_back_once_in_a_while_where_nothing_is_left(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    """What a transaction that took too long wrote behind a mark is found all the same."""
    [hidden] = cast.make_tasks(project, mo)
    age(hidden)
    walk = QueueWalk.objects.filter(evaluator=rosa)
    walk.update(passed={"0": timezone.now().isoformat()}, looked_back_at=timezone.now())
    assert claim_next_task(actor=rosa, project=project) is None
    walk.update(looked_back_at=LONG_AGO)
    assert cast.claim(rosa, project).task == hidden


# ---------------------------------------------------------------- what is held ahead
@pytest.fixture
def ahead_project(project: Project, version: RubricVersion) -> Project:
    Project.objects.filter(pk=project.pk).update(holds_ahead=2)
    project.refresh_from_db()
    return project


def test_it_holds_the_next_two_and_goes_on_with_them(
    ahead_project: Project, rosa: User, mo: User
) -> None:
    tasks = cast.make_tasks(ahead_project, mo, 4, judgments_per_task=1)
    current = cast.claim(rosa, ahead_project)
    held = Assignment.objects.open().filter(evaluator=rosa)
    assert [(row.task, row.is_ahead) for row in held] == list(
        zip(tasks[:3], (False, True, True), strict=True)
    )
    cast.submit(current)
    following = cast.claim(rosa, ahead_project)
    assert (following.task, following.is_ahead) == (tasks[1], False)
    assert [row.task for row in held.filter(is_ahead=True)] == tasks[2:]


def test_it_opens_what_was_held_ahead_under_the_version_in_force(
    ahead_project: Project, rosa: User, mo: User, lena: User
) -> None:
    cast.make_tasks(ahead_project, mo, 3, judgments_per_task=1)
    cast.submit(cast.claim(rosa, ahead_project))
    version = cast.release_rubric(ahead_project, lena, cast.quality_criterion(section="All"))
    cast.read_changes(rosa, ahead_project)
    assert cast.claim(rosa, ahead_project).version == version


def test_it_takes_what_others_hold_ahead_when_nothing_else_is_left(
    ahead_project: Project, rosa: User, ravi: User, mo: User
) -> None:
    current, second, third = cast.make_tasks(ahead_project, mo, 3, judgments_per_task=1)
    assert cast.claim(rosa, ahead_project).task == current
    taken = cast.claim(ravi, ahead_project)
    assert taken.task == second
    assert cast.claim(rosa, ahead_project).task == current
    states = dict(Assignment.objects.filter(evaluator=rosa).values_list("task", "state"))
    assert states == {current.pk: "open", second.pk: "released", third.pk: "open"}


def test_it_gives_what_is_held_ahead_back_with_the_current_task(
    ahead_project: Project, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(ahead_project, mo, 3, judgments_per_task=1)
    release_assignment(actor=rosa, assignment=cast.claim(rosa, ahead_project))
    assert not Assignment.objects.open().exists()
    assert set(Task.objects.values_list("free_places", flat=True)) == {1}


# ---------------------------------------------------------------- who gets what
def test_it_gives_production_tasks_to_the_qualified_only(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(needs_qualification=True)
    project.refresh_from_db()
    [production] = cast.make_tasks(project, mo)
    everybody = {"judgments_per_task": 1000}
    [qualifying] = cast.make_tasks(project, mo, kind=Task.Kind.QUALIFICATION, **everybody)
    [training] = cast.make_tasks(project, mo, kind=Task.Kind.TRAINING, **everybody)
    met = []
    while assignment := claim_next_task(actor=rosa, project=project):
        met.append(assignment.task)
        cast.submit(assignment)
    assert met == [training, qualifying]
    Membership.objects.filter(user=rosa, role=Role.EVALUATOR).update(qualified_at=timezone.now())
    assert cast.claim(rosa, project).task == production


def test_it_mixes_gold_tasks_in_at_the_set_rate_and_never_one_twice(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """At a rate of a half, 40 tasks hold 8 to 32 gold ones but for one case in 50,000."""
    Project.objects.filter(pk=project.pk).update(gold_rate=0.5)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 40, judgments_per_task=2)
    gold = cast.make_tasks(project, mo, 40, kind=Task.Kind.GOLD, judgments_per_task=1000)
    orders = []
    for person in (rosa, ravi):
        met = []
        for _ in range(40):
            assignment = cast.claim(person, project)
            met.append(assignment.task.kind == Task.Kind.GOLD)
            cast.submit(assignment)
        orders.append(met)
        assert 8 <= sum(met) <= 32
    assert orders[0] != orders[1]
    for task in gold:
        people = [row.evaluator for row in task.assignments.all()]
        assert len(people) == len(set(people))


def test_it_ends_a_day_at_the_cap(
    project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    Project.objects.filter(pk=project.pk).update(daily_cap=2)
    project.refresh_from_db()
    cast.make_tasks(project, mo, 3)
    cast.judge(rosa, project)
    cast.judge(rosa, project)
    assert claim_next_task(actor=rosa, project=project) is None


def test_it_goes_back_to_a_lapsed_task_that_still_has_a_place(
    project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    """What the evaluator had begun to type belongs to it."""
    cast.make_tasks(project, mo, 3, judgments_per_task=2)
    lapsed = cast.claim(rosa, project)
    Assignment.objects.filter(pk=lapsed.pk).update(
        leased_until=timezone.now() - timedelta(hours=1), opened_at=timezone.now()
    )
    cast.claim(ravi, project)  # puts it back into the queue
    lapsed.refresh_from_db()
    assert lapsed.state == Assignment.State.LAPSED
    assert cast.claim(rosa, project) == lapsed
