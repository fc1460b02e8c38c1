"""Accounts in admin: for operators only, and every change is logged."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evalhub.models import ActionLog, Project, Role, User
from rubrics.models import RubricVersion
from tasks.models import Assignment
from tests import cast

PEOPLE = "/admin/evalhub/user/"
LOG = "/admin/evalhub/actionlog/"
NEW = "a kettle of nine lemons"


@pytest.fixture
def olga(db: None) -> User:
    """The operator."""
    return cast.make_user("olga", is_superuser=True)


@pytest.fixture
def operator(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def details(user: User, **changes: str) -> dict[str, str]:
    return {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        **changes,
    }


def page(user: User, name: str = "change") -> str:
    return f"{PEOPLE}{user.pk}/{name}/"


def test_it_makes_an_account(operator: Client) -> None:
    data = {"username": "nina", "email": "nina@example.com", "password1": NEW, "password2": NEW}
    response = operator.post(f"{PEOPLE}add/", data, follow=True)
    assert "nina can sign in now." in response.text
    nina = User.objects.get(username="nina")
    assert nina.check_password(NEW)
    assert (nina.is_active, nina.is_superuser, nina.is_staff) == (True, False, False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "olga"}, "already exists"),
        ({"password2": "another kettle"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"username": "", "password1": "", "password2": ""}, "This field is required."),
    ],
)
def test_it_says_what_a_new_account_lacks(
    operator: Client, changes: dict[str, str], sentence: str
) -> None:
    data = {"username": "nina", "password1": NEW, "password2": NEW, **changes}
    response = operator.post(f"{PEOPLE}add/", data)
    assert response.status_code == 422
    assert sentence in response.text
    assert User.objects.count() == 1


def test_it_changes_an_account_and_ignores_columns_it_does_not_show(
    operator: Client, rosa: User
) -> None:
    extra = {"is_active": "", "password": "x", "is_staff": "on", "date_joined": "2001-01-01"}
    operator.post(page(rosa), details(rosa, first_name="Rosalind", **extra))
    before = rosa.password
    rosa.refresh_from_db()
    assert (rosa.first_name, rosa.is_active, rosa.is_staff) == ("Rosalind", True, False)
    assert rosa.password == before


def test_it_keeps_operators_from_demoting_or_deactivating_themselves(
    operator: Client, olga: User
) -> None:
    response = operator.post(page(olga), details(olga))
    assert "Ask another operator to take your operator&#x27;s rights away." in response.text
    response = operator.post(page(olga, "deactivate"), follow=True)
    assert "Ask another operator to deactivate your account." in response.text
    olga.refresh_from_db()
    assert (olga.is_superuser, olga.is_active) == (True, True)


def test_it_ends_the_sessions_of_whoever_gets_a_new_password(operator: Client, rosa: User) -> None:
    browser = Client()
    browser.force_login(rosa)
    assert browser.get("/").status_code == 200
    data = {"new_password1": NEW, "new_password2": NEW}
    assert operator.post(page(rosa, "password"), data).status_code == 302
    assert browser.get("/").status_code == 302
    rosa.refresh_from_db()
    assert rosa.check_password(NEW)


def test_it_deactivates_frees_the_holds_and_activates_again(
    operator: Client, project: Project, version: RubricVersion, mo: User, rosa: User
) -> None:
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    browser = Client()
    browser.force_login(rosa)
    response = operator.post(page(rosa, "deactivate"), follow=True)
    assert "Held tasks are free again." in response.text
    held.refresh_from_db()
    assert held.state == Assignment.State.RELEASED
    assert browser.get("/").status_code == 302
    operator.post(page(rosa, "activate"))
    rosa.refresh_from_db()
    assert rosa.is_active
    verbs = ActionLog.objects.filter(object_type="evalhub.user").values_list("verb", flat=True)
    assert set(verbs) == {"user:deactivate", "user:activate"}


@pytest.mark.parametrize("name", ["ada", "lena", "mo"])
def test_it_is_closed_to_whoever_is_no_operator(
    client: Client, request: pytest.FixtureRequest, rosa: User, name: str
) -> None:
    client.force_login(request.getfixturevalue(name))
    for path in (PEOPLE, LOG, f"{PEOPLE}add/"):
        assert client.get(path).status_code == 403, path
    for path in (page(rosa), page(rosa, "password")):
        assert client.get(path).status_code == 404, path
    for action in ("change", "password", "deactivate", "activate"):
        assert client.post(page(rosa, action), details(rosa)).status_code == 404
    rosa.refresh_from_db()
    assert rosa.is_active


def test_it_changes_nothing_on_a_get(operator: Client, rosa: User) -> None:
    for action in ("deactivate", "activate"):
        assert operator.get(page(rosa, action)).status_code == 405


def test_it_finds_people_by_name_and_state(operator: Client, rosa: User, ravi: User) -> None:
    User.objects.filter(pk=ravi.pk).update(is_active=False)
    for query, names in {"q=ROS": ["rosa"], "active=0": ["ravi"], "q=nobody": []}.items():
        rows = operator.get(f"{PEOPLE}?{query}").context["cl"].result_list
        assert [row.username for row in rows] == names


def test_it_shows_the_action_log_with_before_and_after(
    operator: Client, rosa: User, olga: User
) -> None:
    operator.post(page(rosa), details(rosa, first_name="Rosalind"))
    entry = ActionLog.objects.get(verb="user:change")
    assert "user:change" in operator.get(LOG).text
    html = operator.get(f"{LOG}{entry.pk}/change/").text
    for words in ("Olga", "Rosalind", entry.hash, entry.request_id):
        assert words in html
    assert operator.post(f"{LOG}{entry.pk}/change/", {"verb": "x"}).status_code == 405
    assert operator.get(f"{LOG}?q=user:change").context["cl"].result_count == 1
    assert operator.get(f"{LOG}?q=user:nothing").context["cl"].result_count == 0


def test_it_lists_25_people_and_entries_in_as_many_queries_as_few(
    operator: Client, project: Project, version: RubricVersion, rosa: User
) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(path).status_code == 200
        return len(queries)

    people, log = count(PEOPLE), count(LOG)
    for n in range(25):
        user = cast.make_user(f"more{n}")
        cast.join(project, user, Role.EVALUATOR)
        operator.post(page(user), details(user, last_name="New"))
    assert (count(PEOPLE), count(LOG)) == (people, log)
