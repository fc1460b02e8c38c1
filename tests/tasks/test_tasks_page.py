"""The list of tasks and the page of one, for reviewers, leads and managers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalhub.models import Project, Role, User
from rubrics.actions import publish_version, start_draft
from rubrics.models import RubricVersion
from tasks import listing
from tasks.actions import answer_flag, raise_flag
from tasks.models import FlagKind, Rendition, Task
from tasks.tags import index_tags
from tests import cast, paint


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
    assert listed(f"after={open_task.pk}") == [finished]
    [elsewhere] = cast.make_tasks(cast.make_project("other"), mo)
    for query in (
        "state=nonsense", "batch=x", "batch=999999", f"batch={elsewhere.batch_id}", "after=-1",
        "after=" + "9" * 30, "after=²", "o=1", "ordering=-pk", "project__slug__startswith=a",
    ):  # fmt: skip
        assert listed(query) == [open_task, finished]


def test_it_keeps_the_filter_from_page_to_page(
    project: Project, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    first, second = cast.make_tasks(project, mo, 2)
    cast.make_tasks(project, mo)
    client, query = as_user(mo), f"batch={first.batch_id}&state=open"
    page = client.get(f"{url_of(project)}?{query}")
    page = client.get(f"{url_of(project)}?{page.context['next_page']}")
    assert list(page.context["tasks"]) == [second]
    assert page.context["next_page"] == ""
    assert page.context["first_page"] == f"state=open&batch={first.batch_id}"


def test_it_shows_which_tasks_are_flagged(
    project: Project, mo: User, lena: User, ada: User
) -> None:
    flagged, answered, _ = cast.make_tasks(project, mo, 3)
    for task in (flagged, answered):
        flag = raise_flag(actor=ada, task=task, kind=FlagKind.POLICY, note="?")
    answer_flag(actor=lena, flag=flag, answer="It is fine.")
    page = as_user(mo).get(url_of(project))
    assert [task.is_flagged for task in page.context["tasks"]] == [True, False, False]
    assert page.content.decode().count(">Flagged<") == 1


def test_it_says_what_to_do_where_there_is_no_task(
    project: Project, mo: User, lena: User, version: RubricVersion
) -> None:
    def words(user: User, query: str = "") -> str:
        return as_user(user).get(f"{url_of(project)}?{query}").content.decode()

    assert "No tasks yet" in words(mo)
    assert reverse("import", args=[project.slug]) in words(mo)
    assert reverse("import", args=[project.slug]) not in words(lena)
    assert "A manager of the project imports them." in words(lena)
    cast.make_tasks(project, mo)
    assert "No task like this" in words(lena, "state=withdrawn")
    assert "No more tasks" in words(lena, "after=999999999")


def test_it_shows_the_judgments_of_a_task_side_by_side(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User, lena: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    cast.judge(rosa, project, quality=2)
    cast.judge(ravi, project, quality=5)
    page = as_user(lena).get(f"{url_of(project)}{task.pk}/")
    [comparison] = page.context["comparisons"]
    assert [column.who for column in comparison.columns] == ["Rosa", "Ravi"]
    [(criterion, cells)] = comparison.rows()
    assert criterion.title == "Quality"
    assert [answer.words for _, answer in cells if answer] == ["2 Poor", "5 Excellent"]
    words = page.content.decode()
    assert "Judgments under rubric v1" in words
    assert "2 Poor" in words
    assert "5 Excellent" in words


def test_it_does_not_tell_a_reviewer_who_judged(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User, ada: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    cast.judge(rosa, project, quality=2)
    cast.judge(ravi, project, quality=5)
    raise_flag(actor=rosa, task=task, kind=FlagKind.POLICY, note="Not sure")
    words = as_user(ada).get(f"{url_of(project)}{task.pk}/").content.decode()
    assert "Evaluator 1" in words
    assert "Not sure" in words
    for name in ("Rosa", "rosa", "Ravi", "ravi"):
        assert name not in words


def test_it_never_puts_scores_of_two_versions_together(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User, lena: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    cast.judge(rosa, project, quality=2)
    draft = start_draft(actor=lena, rubric=version.rubric)
    publish_version(actor=lena, version=draft)
    cast.judge(ravi, project, quality=5)
    page = as_user(lena).get(f"{url_of(project)}{task.pk}/")
    assert [
        (comparison.version.number, [column.who for column in comparison.columns])
        for comparison in page.context["comparisons"]
    ] == [(2, ["Ravi"]), (1, ["Rosa"])]


def test_it_shows_what_belongs_to_a_task(
    project: Project, version: RubricVersion, mo: User, rosa: User, ada: User, lena: User
) -> None:
    [task] = cast.make_tasks(
        project,
        mo,
        prompt="Three red balloons",
        tags=["balloons", "sky"],
        hidden_context={"model": "secret-7", "planted": {"blur": 0.5, "where": ["top", "left"]}},
    )
    flag = raise_flag(actor=ada, task=task, kind=FlagKind.EDGE_CASE, note="Only two are red")
    answer_flag(actor=lena, flag=flag, answer="Judge what is there.")
    cast.claim(rosa, project)
    words = as_user(ada).get(f"{url_of(project)}{task.pk}/").content.decode()
    for expected in (
        "Three red balloons", "balloons, sky", "<dt>model</dt><dd>secret-7</dd>",
        "Only two are red", "<dt>planted › blur</dt><dd>0.5</dd>",
        "[&quot;top&quot;, &quot;left&quot;]", "Judge what is there.", "No judgments yet",
        "0 of 3, 1 being made", "1200 × 900 JPEG",
    ):  # fmt: skip
        assert expected in words


def test_it_shows_each_picture_in_its_role(project: Project, mo: User) -> None:
    [task] = cast.make_tasks(project, mo)
    scene = paint.draw_scene(60, 40, sun=(250, 210, 90))
    source, edit = paint.hang(task, ("source", scene), ("edit", scene.rotate(180)))
    words = as_user(mo).get(f"{url_of(project)}{task.pk}/").content.decode()
    for image, name in ((source, "Source"), (edit, "Edit")):
        screen = image.renditions.get(kind="screen")
        assert f'<img src="{screen.get_absolute_url()}" alt="{name}, opens in full size"' in words


MEASURED = {
    "sharpness": 812.4, "noise": 2.26, "highlights": 0.5, "shadows": 0.0, "border": 1.0,
    "background": None, "jpeg_quality": 90,
}  # fmt: skip


def test_it_shows_what_was_measured_without_a_query(project: Project, mo: User) -> None:
    [task] = cast.make_tasks(project, mo)
    scene = paint.draw_scene(60, 40, sun=(250, 210, 90))
    source, _ = paint.hang(task, ("source", scene), ("edit", scene.rotate(180)))
    client, path = as_user(mo), f"{url_of(project)}{task.pk}/"
    before = count_queries(client, path)
    source.measured = MEASURED
    source.save()
    assert count_queries(client, path) == before
    page = client.get(path)
    assert {
        fact.name: tuple(value.replace("\xa0", " ") for _, value in fact.values)
        for fact in page.context["measured"]
    } == {
        "Aspect ratio": ("1.50", "1.50"),
        "Megapixels": ("0.0", "0.0"),
        "Sharpness": ("812", "–"),
        "Noise": ("2.3", "–"),
        "Clipped highlights": ("50.0 %", "–"),
        "Clipped shadows": ("0.0 %", "–"),
        "Even border": ("100.0 %", "–"),
        "Even background": ("–", "–"),
        "JPEG quality": ("90", "–"),
    }
    words = page.content.decode()
    assert '<td class="number" data-label="Source">812</td>' in words
    assert "Variance of the Laplacian" in words


def test_it_keeps_what_was_measured_from_evaluators_where_facts_are_shown(
    project: Project, mo: User, lena: User, rosa: User
) -> None:
    cast.release_rubric(project, lena, presentation={"shows_facts": True})
    [task] = cast.make_tasks(project, mo)
    [image] = paint.hang(task, ("candidate", paint.draw_scene(60, 40, sun=(250, 210, 90))))
    image.measured = MEASURED
    image.save()
    held = cast.claim(rosa, project)
    words = as_user(rosa).get(reverse("assignment", args=[held.pk])).content.decode()
    assert "60 × 40, 0.0 megapixels, PNG" in words
    assert "Sharpness" not in words
    assert "812" not in words


def test_it_is_closed_to_evaluators_and_strangers(
    project: Project, mo: User, rosa: User, otto: User, lena: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    for url in (url_of(project), f"{url_of(project)}{task.pk}/"):
        statuses = [as_user(user).get(url).status_code for user in (lena, rosa, otto)]
        assert statuses == [200, 403, 404]
        assert Client().get(url).status_code == 302


def test_it_does_not_show_the_task_of_another_project(
    project: Project, mo: User, otto: User
) -> None:
    elsewhere = Project.objects.get(slug="elsewhere")
    [task] = cast.make_tasks(elsewhere, otto)
    assert as_user(mo).get(f"{url_of(project)}{task.pk}/").status_code == 404


def count_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_it_asks_as_many_questions_for_25_tasks_as_for_one(project: Project, mo: User) -> None:
    scene = paint.draw_scene(60, 40, sun=(250, 210, 90))
    client = as_user(mo)
    [first] = cast.make_tasks(project, mo)
    paint.hang(first, ("candidate", scene))
    with_one = count_queries(client, url_of(project))
    for number, task in enumerate(cast.make_tasks(project, mo, 24), start=1):
        paint.hang(task, ("candidate", scene.rotate(number)))
        raise_flag(actor=mo, task=task, kind=FlagKind.POLICY, note="?")
    assert count_queries(client, url_of(project)) == with_one


def test_it_asks_as_many_questions_for_25_judgments_as_for_one(
    project: Project, version: RubricVersion, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo, judgments_per_task=25)
    client, path = as_user(mo), f"{url_of(project)}{task.pk}/"

    def judge_by(names: list[str]) -> None:
        for name in names:
            evaluator = cast.make_user(name)
            cast.join(project, evaluator, Role.EVALUATOR)
            cast.judge(evaluator, project)

    judge_by(["first"])
    with_one = count_queries(client, path)
    judge_by([f"evaluator{n}" for n in range(24)])
    assert count_queries(client, path) == with_one


def test_it_keeps_what_peers_said_from_a_reviewer_who_is_judging_the_task(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    cast.join(project, ravi, Role.REVIEWER)
    cast.judge(rosa, project, quality=2)
    cast.claim(ravi, project)
    response = as_user(ravi).get(f"{url_of(project)}{task.pk}/")
    assert response.status_code == 403
    assert "Submit your judgment or give the task back first" in response.content.decode()
    cast.judge(ravi, project, quality=3)
    assert as_user(ravi).get(f"{url_of(project)}{task.pk}/").status_code == 200


def test_it_filters_by_tag_within_a_batch_page_after_page(
    project: Project, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    first, _, third = cast.make_tasks(project, mo, 3)
    [elsewhere] = cast.make_tasks(project, mo)
    for task in (first, third, elsewhere):
        task.tags = ["night", " hands ", "night"]
        task.save(update_fields=["tags"])
    for _ in range(2):
        index_tags([first, third, elsewhere])
    client, query = as_user(mo), f"batch={first.batch_id}&tag=night"
    page = client.get(f"{url_of(project)}?{query}")
    assert list(page.context["tasks"]) == [first]
    assert page.context["next_page"] == f"{query}&after={first.pk}"
    assert 'value="night"' in page.content.decode()
    page = client.get(f"{url_of(project)}?{page.context['next_page']}")
    assert (list(page.context["tasks"]), page.context["next_page"]) == ([third], "")
    Task.objects.filter(pk=third.pk).update(state="finished")
    page = client.get(f"{url_of(project)}?{query}&state=finished&tag=hands")
    assert list(page.context["tasks"]) == [third]
    for nothing in ("tag=nig", "tag=%00"):
        page = client.get(f"{url_of(project)}?batch={first.batch_id}&{nothing}")
        assert list(page.context["tasks"]) == ([] if nothing == "tag=nig" else [first])
    page = client.get(f"{url_of(project)}?tag=night")
    assert page.context["wanted"].tag == "", "a tag is asked for within a batch"


def test_it_shows_the_tasks_whose_image_could_not_be_prepared(project: Project, mo: User) -> None:
    broken, _ = cast.make_tasks(project, mo, 2)
    broken.images.update(work_state="failed")
    page = as_user(mo).get(f"{url_of(project)}?errors=1")
    assert list(page.context["tasks"]) == [broken]
    assert page.context["first_page"] == "errors=1"


def test_it_reads_the_tags_of_a_batch_in_the_order_of_their_index(
    project: Project, mo: User
) -> None:
    [task] = cast.make_tasks(project, mo)
    wanted = listing.TaskFilter(batch=task.batch, tag="night", after=1)
    with CaptureQueriesContext(connection) as queries:
        listing.page_of_tasks(project, wanted)
    [sql] = [q["sql"] for q in queries if q["sql"].startswith('SELECT "tasks_tasktag"')]
    with connection.cursor() as cursor:
        is_postgresql = connection.vendor == "postgresql"
        if is_postgresql:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{'EXPLAIN' if is_postgresql else 'EXPLAIN QUERY PLAN'} {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "tags_of_batch" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
