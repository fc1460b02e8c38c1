from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Project, Role, User
from rubrics.models import RubricVersion
from tasks import listing
from tasks.actions import raise_flag
from tasks.models import FlagKind, Rendition, Task
from tests import cast


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url_of(project: Project) -> str:
    return f"/projects/{project.slug}/tasks/"


def test_it_lists_tasks_with_their_thumbnails(project: Project, mo: User, ada: User) -> None:
    [task] = cast.make_tasks(project, mo)
    image = task.images.get()
    rendition = Rendition.objects.create(
        image=image,
        kind="thumbnail",
        key="x",
        content_type="image/webp",
        width=320,
        height=240,
        bytes=1,
        sha256="0" * 64,
    )
    page = as_user(ada).get(url_of(project)).content.decode()
    assert task.key in page
    assert rendition.get_absolute_url() in page
    assert "0 of 3 judgments" in page


def test_it_shows_page_after_page(
    project: Project, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    tasks = cast.make_tasks(project, mo, 3)
    client = as_user(mo)
    first = client.get(url_of(project))
    assert [task.pk for task in first.context["tasks"]] == [tasks[0].pk, tasks[1].pk]
    second = client.get(f"{url_of(project)}?{first.context['next_page']}")
    assert [task.pk for task in second.context["tasks"]] == [tasks[2].pk]
    assert second.context["next_page"] == ""


def test_it_filters_and_ignores_what_it_does_not_know(project: Project, mo: User) -> None:
    open_task, finished = cast.make_tasks(project, mo, 2)
    Task.objects.filter(pk=finished.pk).update(state="finished")
    client = as_user(mo)

    def listed(query: str) -> list[Task]:
        response = client.get(f"{url_of(project)}?{query}")
        assert response.status_code == 200
        return list(response.context["tasks"])

    assert listed("state=finished") == [finished]
    assert listed(f"batch={open_task.batch_id}&state=open") == [open_task]
    assert listed("batch=999999") == []
    for query in ("state=nonsense", "batch=x", "after=-1", "o=1", "project__slug__startswith=a"):
        assert listed(query) == [open_task, finished]
    assert len(listed("after=" + "9" * 30)) == 2


def test_it_shows_the_judgments_of_a_task_side_by_side(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User, ada: User
) -> None:
    [task] = cast.make_tasks(
        project, mo, prompt="Three red balloons", hidden_context={"model": "secret-7"}
    )
    cast.judge(rosa, project, quality=2)
    cast.judge(ravi, project, quality=5)
    raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Only two are red")
    page = as_user(ada).get(f"{url_of(project)}{task.pk}/").content.decode()
    for words in ("Three red balloons", "secret-7", "2 Poor", "5 Excellent", "Only two are red"):
        assert words in page


def test_it_is_closed_to_evaluators_and_strangers(
    project: Project, mo: User, rosa: User, otto: User, lena: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    for url in (url_of(project), f"{url_of(project)}{task.pk}/"):
        statuses = [as_user(user).get(url).status_code for user in (lena, rosa, otto)]
        assert statuses == [200, 403, 404]


def test_it_does_not_show_the_task_of_another_project(
    project: Project, mo: User, otto: User
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    [task] = cast.make_tasks(elsewhere, otto)
    assert as_user(mo).get(f"{url_of(project)}{task.pk}/").status_code == 404


def test_it_takes_as_many_queries_for_25_tasks_as_for_one(
    project: Project, mo: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user(mo)
    cast.make_tasks(project, mo)
    with django_assert_num_queries(9):
        client.get(url_of(project))
    cast.make_tasks(project, mo, 24)
    with django_assert_num_queries(9):
        client.get(url_of(project))


def test_it_takes_as_many_queries_for_many_judgments_as_for_one(
    project: Project,
    version: RubricVersion,
    mo: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=9)
    client = as_user(mo)

    def judge_by(names: list[str]) -> None:
        for name in names:
            evaluator = cast.make_user(name)
            cast.join(project, evaluator, Role.EVALUATOR)
            cast.judge(evaluator, project)

    judge_by(["one"])
    with django_assert_num_queries(13):
        client.get(f"{url_of(project)}{task.pk}/")
    judge_by([f"evaluator{n}" for n in range(8)])
    with django_assert_num_queries(13):
        client.get(f"{url_of(project)}{task.pk}/")
