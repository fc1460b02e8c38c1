"""The demo's projects: filled by the product's own actions, judged along the planted truth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalhub.models import Project
from reviews.demo import fill
from reviews.demo.rubrics import DRAWN_PROJECTS, OWN_PICTURES
from rubrics.content import spec_of
from rubrics.library import load_ready
from rubrics.problems import spec_problems
from tasks.models import Judgment, Task

TASKS = 6  # the fewest with which every simulated evaluator judges


@pytest.fixture
def filled(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    small = tuple(replace(demo, tasks=TASKS) for demo in DRAWN_PROJECTS)
    monkeypatch.setattr(fill, "DRAWN_PROJECTS", small)
    fill.fill_demo(lambda line: None)
    return [Project.objects.get(slug=demo.slug) for demo in small]


def test_it_fills_every_project_along_the_planted_truth(filled: list[Project]) -> None:
    for project in filled:
        criteria = {row.key for row in spec_of(project.rubric.versions.get()).criteria}
        tasks = Task.objects.filter(project=project)
        assert tasks.count() == TASKS
        for task in tasks:
            assert set(task.hidden_context["planted"]["levels"]) == criteria
        judgments = Judgment.objects.filter(project=project)
        assert judgments.exists()
        for judgment in judgments:
            assert {score.criterion.key for score in judgment.scores.all()} == criteria


def test_it_takes_up_what_is_done_already(filled: list[Project]) -> None:
    before = Task.objects.count(), Judgment.objects.count()
    fill.fill_demo(lambda line: None)
    assert (Task.objects.count(), Judgment.objects.count()) == before


def test_it_judges_photographs_by_the_ready_rubric() -> None:
    rubrics = {demo.slug: demo.rubric for demo in (*DRAWN_PROJECTS, OWN_PICTURES)}
    koniq = load_ready("koniq").spec
    assert rubrics["photo-quality"] == rubrics["your-pictures"] == koniq
    assert all(spec_problems(rubric) == [] for rubric in rubrics.values())
