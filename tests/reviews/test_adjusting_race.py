"""Another number of judgments while others claim, submit and import, each on a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest

from evalhub.actions.projects import ProjectSettings
from evalhub.models import Project, Role, User
from reviews.actions.projects import change_settings
from tasks import adjusting, intake, jobs
from tasks.actions import claim_next_task
from tasks.counters import Counts, count_batch
from tasks.intake import PictureInTask, add_task, open_tasks
from tasks.models import Adjustment, Assignment, Batch, Image, Judgment, Task
from tasks.votes import draw_panel
from tests import cast
from tests.tasks.test_claim_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)

EVALUATORS, TASKS, IMPORTED = 8, 12, 12
NUMBERS = (4, 1, 3, 2, 5)


@pytest.fixture
def busy(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, list[User]]:
    """A project with tasks, and evaluators; the lead is its manager, too."""
    monkeypatch.setattr(adjusting, "CHUNK", 4)
    project = cast.make_project(holds_ahead=1, judgments_per_task=2)
    lena = cast.make_user("lena")
    cast.join(project, lena, Role.LEAD, Role.MANAGER)
    cast.release_rubric(project, lena)
    cast.make_tasks(project, lena, TASKS)
    evaluators = [cast.make_user(f"evaluator{number}") for number in range(EVALUATORS)]
    for evaluator in evaluators:
        cast.join(project, evaluator, Role.EVALUATOR)
    return project, evaluators


def judge_all(project: Project, user: User) -> None:
    while held := claim_next_task(actor=user, project=project):
        cast.submit(held, quality=1 + held.task_id % 2 * held.place % 5)


def change(project: Project, manager: User, numbers: tuple[int, ...]) -> None:
    """Change the number again and again; each change is done by its job, or by the next one's."""
    for number in numbers:
        current = ProjectSettings.of(Project.objects.get(pk=project.pk))
        change_settings(
            actor=manager,
            project=project,
            settings=replace(current, judgments_per_task=number),
            seen=current.digest(),
            adjusts_tasks=True,
        )
        jobs.adjust_tasks(Adjustment.objects.get(project=project).pk)


def fill(batch: Batch, image: Image) -> None:
    """Import tasks one by one, as an import does, and show them."""
    for number in range(IMPORTED):
        add_task(batch=batch, key=f"imported {number}", pictures=[PictureInTask(image)])
    open_tasks(batch)


@pytest.mark.parametrize("rule", ["fixed", "disagreement"])
def test_it_collects_exactly_what_is_asked_for_at_last(
    busy: tuple[Project, list[User]], rule: str
) -> None:
    project, evaluators = busy
    Project.objects.filter(pk=project.pk).update(stopping_rule=rule, most_judgments=7, panel_rate=0)
    project.refresh_from_db()
    lena = User.objects.get(username="lena")
    batch = Batch.objects.create(project=project, name="B", source="folder", created_by=lena)
    image = Image.objects.order_by("pk")[0]
    calls: list[Callable[[], Any]] = [partial(judge_all, project, one) for one in evaluators]
    at_once([*calls, partial(change, project, lena, NUMBERS), partial(fill, batch, image)])
    for evaluator in evaluators:  # who went home before the last change looks once more
        judge_all(project, evaluator)
    check(project, asked=NUMBERS[-1], is_fixed=rule == "fixed")


def check(project: Project, *, asked: int, is_fixed: bool) -> None:
    per_task = Counter(Judgment.objects.values_list("task", flat=True))
    tasks = list(Task.objects.filter(project=project))
    assert len(tasks) == TASKS + IMPORTED
    for task in tasks:
        votes = Judgment.objects.filter(task=task).order_by("pk").values_list("vote", flat=True)
        assert list(votes) == list(range(1, per_task[task.pk] + 1))
        assert (task.state, task.free_places) == ("finished", 0)
        assert per_task[task.pk] == task.judgments_done == task.judgments_per_task
        assert task.judgments_first == asked
        assert task.judgments_added == 0 or not is_fixed
    assert not Assignment.objects.open().exists()
    for batch in Batch.objects.filter(project=project):
        kept = (
            batch.tasks_open, batch.tasks_finished, batch.judgments_done, batch.judgments_asked
        )  # fmt: skip
        assert Counts(*kept) == count_batch(batch)


def test_it_meets_a_task_that_is_being_imported_when_the_number_is_changed(
    busy: tuple[Project, list[User]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = busy
    lena = User.objects.get(username="lena")
    batch = Batch.objects.create(project=project, name="B", source="folder", created_by=lena)
    image = Image.objects.order_by("pk")[0]
    has_read, has_changed = Event(), Event()

    def draw_later(project: Project) -> bool:
        has_read.set()
        has_changed.wait(1)  # in vain: the change waits for the task
        return draw_panel(project)

    def change_meanwhile() -> None:
        has_read.wait(5)
        change(project, lena, (4,))
        has_changed.set()

    monkeypatch.setattr(intake, "draw_panel", draw_later)
    add = partial(add_task, batch=batch, key="late", pictures=[PictureInTask(image)])
    at_once([add, change_meanwhile])
    assert set(Task.objects.values_list("judgments_per_task", flat=True)) == {4}
