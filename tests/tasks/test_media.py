"""Pictures: who may fetch them, with which headers, and what is said when there is none."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from evalhub.models import Membership, Project, Role, User
from evalhub.work import WorkState
from rubrics.models import RubricVersion
from tasks.actions import release_assignment
from tasks.models import Image, Rendition, Task
from tests import cast, paint

CSRF_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]+')

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(project: Project, version: RubricVersion, mo: User) -> Task:
    [task] = cast.make_tasks(project, mo)
    paint.hang(task, ("candidate", paint.draw_scene(400, 300, sun=(250, 210, 90))))
    return task


@pytest.fixture
def image(task: Task) -> Image:
    return task.images.get()


def screen_of(image: Image) -> Rendition:
    return image.renditions.get(kind=Rendition.Kind.SCREEN)


def get(client: Client, person: User | None, path: str, **headers: str) -> Any:
    """Fetch `path` as `person`; the answer's `body` is read to its end, which closes the file."""
    if person:
        client.force_login(person)
    response: Any = client.get(path, headers=headers)
    response.body = b"".join(response)
    return response


@pytest.mark.parametrize(
    ("name", "status"),
    [("ada", 200), ("lena", 200), ("mo", 200), ("rosa", 404), ("otto", 404), (None, 302)],
)
@pytest.mark.parametrize("kind", Rendition.Kind.values)
def test_it_shows_a_picture_to_those_who_look_after_the_project(
    client: Client,
    image: Image,
    request: pytest.FixtureRequest,
    name: str | None,
    status: int,
    kind: str,
) -> None:
    person = request.getfixturevalue(name) if name else None
    response = get(client, person, image.renditions.get(kind=kind).get_absolute_url())
    assert response.status_code == status
    if status == 200:
        stored = image.renditions.get(kind=kind)
        assert hashlib.sha256(response.body).hexdigest() == stored.sha256


def test_it_shows_an_evaluator_what_was_given_to_them_and_nothing_else(
    client: Client, project: Project, image: Image, rosa: User, ravi: User
) -> None:
    path = screen_of(image).get_absolute_url()
    assert get(client, rosa, path).status_code == 404
    held = cast.claim(rosa, project)
    assert held.task.images.get() == image
    assert get(client, rosa, path).status_code == 200
    assert get(client, ravi, path).status_code == 404
    release_assignment(actor=rosa, assignment=held)
    assert get(client, rosa, path).status_code == 200  # seen is seen


def test_it_hides_a_picture_from_who_lost_the_role(
    client: Client, project: Project, image: Image, rosa: User
) -> None:
    cast.claim(rosa, project)
    Membership.objects.filter(user=rosa).update(role=Role.EVALUATOR)
    assert get(client, rosa, screen_of(image).get_absolute_url()).status_code == 200
    Membership.objects.filter(user=rosa).delete()
    assert get(client, rosa, screen_of(image).get_absolute_url()).status_code == 404


def test_it_answers_the_same_for_what_is_not_there_and_what_is_not_yours(
    client: Client, image: Image, otto: User
) -> None:
    hidden = get(client, otto, reverse("media", args=[image.pk, "full"]))
    nothing = get(client, otto, reverse("media", args=[image.pk + 1000, "full"]))
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert CSRF_TOKEN.sub(b"", hidden.body) == CSRF_TOKEN.sub(b"", nothing.body)


def test_it_lets_a_browser_take_it_for_a_picture_and_nothing_else(
    client: Client, image: Image, ada: User
) -> None:
    stored = screen_of(image)
    response = get(client, ada, stored.get_absolute_url())
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["ETag"] == f'"{stored.sha256}"'
    assert response.headers["Content-Length"] == str(stored.bytes)
    assert "Cookie" in response.headers["Vary"]


def test_it_never_sends_a_type_that_a_browser_would_run(
    client: Client, image: Image, ada: User
) -> None:
    stored = screen_of(image)
    Rendition.objects.filter(pk=stored.pk).update(content_type="text/html")
    response = get(client, ada, stored.get_absolute_url())
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_it_may_be_kept_only_at_the_address_of_its_content(
    client: Client, image: Image, ada: User
) -> None:
    stored = screen_of(image)
    plain = reverse("media", args=[image.pk, "screen"])
    for path, cache in (
        (stored.get_absolute_url(), "private, max-age=86400, immutable"),
        (plain, "private, no-cache"),
        (f"{plain}?v=000000000000", "private, no-cache"),
    ):
        response = get(client, ada, path)
        assert response.headers["Cache-Control"] == cache


def test_it_says_unchanged_only_to_those_who_may_see_it(
    client: Client, image: Image, ada: User, otto: User
) -> None:
    stored = screen_of(image)
    known = {"If-None-Match": f'"{stored.sha256}"'}
    unchanged = get(client, ada, stored.get_absolute_url(), **known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == f'"{stored.sha256}"'
    assert "immutable" in unchanged.headers["Cache-Control"]
    other = get(client, ada, stored.get_absolute_url(), **{"If-None-Match": '"another"'})
    assert other.status_code == 200
    assert get(client, otto, stored.get_absolute_url(), **known).status_code == 404
    client.logout()
    assert get(client, None, stored.get_absolute_url(), **known).status_code == 302


def test_it_leaves_the_sending_to_nginx_where_there_is_one(
    client: Client, image: Image, ada: User, otto: User, settings: Settings
) -> None:
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    stored = screen_of(image)
    response = get(client, ada, stored.get_absolute_url())
    assert response.headers["X-Accel-Redirect"] == f"/protected/media/{stored.key}"
    assert response.content == b""
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    refused = get(client, otto, stored.get_absolute_url())
    assert refused.status_code == 404
    assert "X-Accel-Redirect" not in refused.headers


def test_it_asks_for_patience_while_a_rendition_is_being_made(
    client: Client, image: Image, ada: User
) -> None:
    path = screen_of(image).get_absolute_url()
    image.renditions.filter(kind="screen").delete()
    Image.objects.filter(pk=image.pk).update(work_state=WorkState.WAITING)
    response = get(client, ada, path)
    assert response.status_code == 404
    assert response.headers["Retry-After"] == "10"
    assert "still being made" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_it_says_that_a_rendition_could_not_be_made(
    client: Client, image: Image, ada: User
) -> None:
    path = screen_of(image).get_absolute_url()
    image.renditions.filter(kind="screen").delete()
    Image.objects.filter(pk=image.pk).update(work_state=WorkState.FAILED)
    response = get(client, ada, path)
    assert response.status_code == 404
    assert "could not be made" in response.content.decode()
    assert "Retry-After" not in response.headers


def test_it_says_that_a_file_is_missing(client: Client, image: Image, ada: User) -> None:
    stored = screen_of(image)
    default_storage.delete(stored.key)
    response = get(client, ada, stored.get_absolute_url())
    assert response.status_code == 404
    assert "missing" in response.content.decode()


@pytest.mark.parametrize("kind", ["original", "originals", "..", "full.png", "FULL"])
def test_it_has_no_other_sizes_least_of_all_the_upload(
    client: Client, image: Image, mo: User, kind: str
) -> None:
    response = get(client, mo, reverse("media", args=[image.pk, kind]))
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_it_takes_no_post(client: Client, image: Image, mo: User) -> None:
    client.force_login(mo)
    assert client.post(screen_of(image).get_absolute_url()).status_code == 405


def test_it_asks_as_many_questions_whatever_the_number_of_tasks(
    client: Client, project: Project, image: Image, task: Task, mo: User, ada: User
) -> None:
    client.force_login(ada)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(client, None, screen_of(image).get_absolute_url())
        return len(queries)

    with_one = count()
    for other in cast.make_tasks(project, mo, count=24):
        other.task_images.update(image=image)
    assert count() == with_one


def test_it_knows_no_size_by_an_odd_name(project: Project, mo: User) -> None:
    [task] = cast.make_tasks(project, mo)
    client = Client()
    client.force_login(mo)
    response = client.get(f"/media/{task.images.get().pk}/%00/")
    assert response.status_code == 404
    assert "There is no such size of an image." in response.content.decode()
