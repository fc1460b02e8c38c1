"""The pictures of a task: their order, their names, and what is shown of each."""

from __future__ import annotations

from typing import Any

import pytest

from evalhub.models import Project, User
from tasks.models import Rendition, Task
from tasks.pictures import list_pictures
from tasks.subject import subject_of
from tests import cast, paint

SUNS = ((250, 210, 90), (200, 9, 9), (9, 9, 200))


@pytest.fixture
def task(project: Project, mo: User) -> Task:
    [task] = cast.make_tasks(project, mo)
    scenes = [paint.draw_scene(2000, 1000, sun=sun) for sun in SUNS]
    paint.hang(task, *zip(("reference", "candidate", "candidate"), scenes, strict=True))
    return task


@pytest.mark.parametrize("order", [[], [0, 1, 2], [2, 1, 0], [1, 2]])
def test_it_names_and_orders_the_pictures_like_the_form(task: Task, order: list[int]) -> None:
    pictures = list_pictures(task, order)
    assert [(one.position, one.name) for one in pictures] == [
        (image.position, image.name) for image in subject_of(task, order).images
    ]
    assert [one.position for one in pictures] == (order or [0, 1, 2])
    assert "Image A" in [one.name for one in pictures]


def test_it_fetches_the_pictures_of_a_task_once(task: Task, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        pictures = list_pictures(task)
        assert all(one.shown and one.full for one in pictures)
    with django_assert_num_queries(0):
        list_pictures(task, [2, 1])
        subject_of(task, [2, 1])


def test_it_shows_a_fitting_rendition_or_every_pixel(task: Task) -> None:
    fitting = list_pictures(task)[0].shown
    every_pixel = list_pictures(task, serves_every_pixel=True)[0].shown
    assert fitting
    assert every_pixel
    assert (fitting.kind, every_pixel.kind) == (Rendition.Kind.SCREEN, Rendition.Kind.FULL)


def test_it_tells_the_facts_of_the_file(task: Task) -> None:
    picture = list_pictures(task)[0]
    picture.image.bytes = 3 * 1024 * 1024
    said = picture.facts.replace("\xa0", " ")
    assert said == "2000 × 1000, 2.0 megapixels, PNG, 3.0 MB"
