"""The work page without JavaScript: what it shows, and what its buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalhub.models import Project, Role, User
from reviews.actions import record_judgment
from reviews.models import Audit
from rubrics.models import RubricVersion
from tasks.actions import claim_next_task, raise_flag, set_roles
from tasks.models import Assignment, FlagKind, Image, Rendition, Task, TaskImage
from tests import cast, paint

HIDDEN = "zebra-model-9"


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    return cast.make_tasks(project, mo, judgments_per_task=2, prompt="A red kite over a pier.")[0]


@pytest.fixture
def page(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, held: Assignment) -> str:
    return reverse(name, args=[held.pk])


def test_it_gives_a_task_and_keeps_giving_the_same(
    page: Client, project: Project, task: Task
) -> None:
    first = page.get(reverse("work", args=[project.slug]))
    held = Assignment.objects.get()
    assert first.headers["Location"] == url("assignment", held)
    second = page.get(reverse("work", args=[project.slug]))
    assert second.headers["Location"] == first.headers["Location"]
    assert Assignment.objects.count() == 1


def test_it_shows_the_prompt_the_levels_and_their_words(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    html = text_of(page.get(url("assignment", cast.claim(rosa, project))))
    assert "A red kite over a pier." in html
    assert html.count('type="radio" name="quality"') == 5
    assert "The photograph is excellent." in html
    assert "<p>Look closely.</p>" in html
    assert 'Guideline<span class="roomy"> v1 ' in html


def test_it_works_without_scripts(page: Client, project: Project, task: Task, rosa: User) -> None:
    """What scripts drive is hidden until they run; every form has its own button."""
    held = cast.claim(rosa, project)
    paint.hang(task, ("candidate", paint.draw_scene(600, 400, sun=(250, 210, 90))))
    html = text_of(page.get(url("assignment", held)))
    assert f'action="{url("submit", held)}"' in html
    assert f'formaction="{url("skip", held)}"' in html
    assert f'formaction="{url("flag", held)}"' in html
    assert "JavaScript is off." in html
    renditions = {found.kind: found for found in Rendition.objects.all()}
    assert f'src="{renditions["screen"].get_absolute_url()}"' in html
    assert f'href="{renditions["full"].get_absolute_url()}"' in html
    for script_driven in ("data-zoom=", "data-surround-next", 'data-opens="keys"'):
        for tag in html.split(script_driven)[1:]:
            assert " hidden>" in tag.split("<")[0] + ">"


def test_it_notes_when_the_task_was_first_seen(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    page.get(url("assignment", held))
    held.refresh_from_db()
    first_seen = held.opened_at
    assert first_seen is not None
    page.get(url("assignment", held))
    held.refresh_from_db()
    assert held.opened_at == first_seen


@pytest.mark.parametrize("name", ["assignment", "skip", "flag", "release", "submit"])
def test_it_hides_an_assignment_from_everybody_else(
    client: Client, project: Project, task: Task, rosa: User, ravi: User, ada: User, otto: User,
    name: str,
) -> None:  # fmt: skip
    held = cast.claim(rosa, project)
    for other in (ravi, ada, otto):
        client.force_login(other)
        assert client.get(url(name, held)).status_code == 404
        if name != "assignment":
            assert client.post(url(name, held)).status_code == 404
    held.refresh_from_db()
    assert held.state == Assignment.State.OPEN


def test_it_is_for_evaluators_of_the_project(
    client: Client, project: Project, task: Task, ada: User, mo: User, otto: User
) -> None:
    address = reverse("work", args=[project.slug])
    assert client.get(address).status_code == 302  # to the sign-in page
    for user, status in ((ada, 403), (mo, 403), (otto, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
    assert not Assignment.objects.exists()


def test_it_refuses_a_lost_role_at_the_next_request(
    page: Client, project: Project, task: Task, rosa: User, mo: User
) -> None:
    held = cast.claim(rosa, project)
    set_roles(actor=mo, project=project, user=rosa, roles=[])
    assert page.get(url("assignment", held)).status_code == 404
    assert page.post(url("renew", held)).status_code == 404


def test_it_says_that_the_project_is_paused_and_lets_the_task_be_finished(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    Project.objects.filter(pk=project.pk).update(state=Project.State.PAUSED)
    html = text_of(page.get(url("assignment", held)))
    assert "This project is paused." in html
    assert "data-submit" in html


def test_it_says_what_to_do_when_an_image_is_not_there(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    assert "still being prepared" in text_of(page.get(url("assignment", held)))
    Image.objects.update(work_state="failed", failure="secret path of the server")
    html = text_of(page.get(url("assignment", held)))
    assert "This image could not be prepared." in html
    assert "secret path" not in html
    assert 'name="quality"' in html


def test_it_shows_what_there_is_of_an_image(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    image = paint.store(paint.draw_scene(600, 400, sun=(9, 9, 9)), [Rendition.Kind.FULL])
    TaskImage.objects.filter(task=task).update(image=image)
    html = text_of(page.get(url("assignment", held)))
    assert f'src="{image.renditions.get().get_absolute_url()}"' in html


def test_it_shows_source_and_edit_side_by_side(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    held = cast.claim(rosa, project)
    before, after = (paint.draw_scene(600, 400, sun=sun) for sun in ((250, 210, 90), (200, 9, 9)))
    paint.hang(task, ("source", before), ("edit", after))
    html = text_of(page.get(url("assignment", held)))
    assert html.count("data-viewport") == 2
    assert html.count('<figure class="picture" data-comparison ') == 1
    assert "Hold to see the source" in html


def test_it_counts_what_was_done_today(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, count=3, judgments_per_task=2)
    cast.judge(rosa, project)
    cast.judge(ravi, project)
    html = text_of(page.get(url("assignment", cast.claim(rosa, project))))
    assert "<b>1</b> today" in html


def test_it_holds_nothing_of_peers_quality_checks_or_hidden_context(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, ada: User,
    mo: User,
) -> None:  # fmt: skip
    """Plant a marker wherever something is that an evaluator must never receive."""
    [task] = cast.make_tasks(
        project, mo, judgments_per_task=2, hidden_context={"model": HIDDEN}, tags=[HIDDEN]
    )
    paint.hang(task, ("candidate", paint.draw_scene(300, 200, sun=(250, 210, 90))))
    Task.objects.filter(pk=task.pk).update(key=f"{HIDDEN}/0001.png")
    task.batch.name = HIDDEN
    task.batch.save()
    peer = cast.claim(ravi, project)
    stored = record_judgment(
        actor=ravi,
        assignment=peer,
        answers=cast.answer(peer.version, {"quality": 2}, {"quality": f"{HIDDEN} by a peer"}),
        submit_key=peer.submit_key,
    ).judgment
    raise_flag(actor=ada, task=task, kind=FlagKind.POLICY, note=f"{HIDDEN} of a reviewer")
    Audit.objects.update_or_create(
        judgment=stored,
        defaults={
            "project": project,
            "reason": "flagged",
            "inclusion_probability": 1.0,
            "comment": f"{HIDDEN} of an audit",
        },
    )
    first = page.get(reverse("work", args=[project.slug]))
    held = Assignment.objects.get(evaluator=rosa)
    flagged = {"flag-kind": "edge_case", "flag-note": "Odd"}
    responses: list[Any] = [
        first,
        page.get(url("assignment", held)),
        page.post(url("flag", held), flagged),
        page.post(url("skip", held), {"skip-reason": "other"}),
        page.post(url("submit", held), {}),
        page.post(url("renew", held)),
    ]
    assert [response.status_code for response in responses] == [302, 200, 200, 422, 422, 200]
    for response in responses:
        everything = f"{response.headers} {response.content.decode()}"
        assert HIDDEN not in everything
        assert "Ravi" not in everything


def test_it_never_turns_a_prompt_or_a_note_into_markup(
    page: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    marker = "<script>alert(1)</script>"
    cast.make_tasks(project, mo, prompt=marker)
    held = cast.claim(rosa, project)
    html = text_of(page.post(url("flag", held), {"flag-kind": "policy", "flag-note": marker}))
    assert marker not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_it_asks_the_database_the_same_number_of_times_whatever_has_been_done(
    page: Client, project: Project, version: RubricVersion, rosa: User, ravi: User, mo: User
) -> None:
    cast.make_tasks(project, mo, count=3)
    cast.make_tasks(project, mo, count=24)

    def count() -> int:
        held = cast.claim(rosa, project)
        page.get(url("assignment", held))
        with CaptureQueriesContext(connection) as queries:
            assert page.get(url("assignment", held)).status_code == 200
        return len(queries)

    with_none = count()
    for _ in range(24):
        cast.judge(rosa, project)
        cast.judge(ravi, project)
    assert count() == with_none
    assert with_none <= 15


def test_it_gives_each_evaluator_a_task_of_a_project_they_belong_to(
    page: Client, project: Project, task: Task, rosa: User
) -> None:
    other = cast.make_project("other")
    cast.join(other, rosa, Role.EVALUATOR)
    assert claim_next_task(actor=rosa, project=other) is None
    assert "There is no rubric yet" in text_of(page.get(reverse("work", args=["other"])))
