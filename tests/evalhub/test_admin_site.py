"""Who may enter admin, and what is there at all."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver
from pytest_django import Settings

from evalhub.models import Membership, Project, User
from rubrics.models import RubricVersion
from tasks.actions import raise_flag
from tasks.models import FlagKind
from tests import cast


@pytest.fixture
def olga(db: None) -> User:
    """The operator."""
    return cast.make_user("olga", is_superuser=True)


def labels(client: Client, user: User) -> list[str]:
    """Return the sections that admin's first page offers to `user`."""
    client.force_login(user)
    response = client.get("/admin/")
    assert response.status_code == 200
    return [section.label for section in response.context["sections"]]


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/rubrics/rubric/"])
def test_it_sends_a_stranger_to_the_one_sign_in_page(
    client: Client, project: Project, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/admin/")


def test_it_refuses_an_evaluator_in_words(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    for path in ("/admin/", "/admin/reviews/audit/", "/admin/rubrics/rubric/"):
        response = client.get(path)
        assert response.status_code == 403
        assert "Admin is for reviewers, leads and managers of a project." in response.text


def test_it_refuses_a_post_of_an_evaluator_too(
    client: Client, rosa: User, version: RubricVersion
) -> None:
    client.force_login(rosa)
    assert client.post(f"/admin/rubrics/rubric/{version.rubric_id}/draft/").status_code == 403
    assert version.rubric.draft() is None


def test_it_offers_each_role_what_is_its_own(
    client: Client, ada: User, lena: User, mo: User, olga: User
) -> None:
    assert labels(client, ada) == ["QA", "Flags"]
    assert labels(client, lena) == ["Inbox", "Rubrics", "Flags", "Parked submits"]
    assert labels(client, mo) == ["Flags", "Parked submits"]
    assert labels(client, olga) == ["People", "Action log"]


def test_it_closes_at_the_next_request_after_a_demotion(client: Client, ada: User) -> None:
    assert labels(client, ada) == ["QA", "Flags"]
    Membership.objects.filter(user=ada).delete()
    assert client.get("/admin/").status_code == 403


def test_it_asks_for_the_second_factor_where_the_site_does(
    client: Client, ada: User, lena: User, settings: Settings
) -> None:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = True
    client.force_login(ada)
    for path in ("/admin/", "/admin/reviews/audit/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/totp/activate/")
    Authenticator.objects.create(user=lena, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "Rubrics" in labels(client, lena)


def test_it_serves_nothing_that_django_or_a_library_brings_along(
    client: Client, olga: User, project: Project
) -> None:
    client.force_login(olga)
    for path in (
        "/admin/mfa/authenticator/",
        "/admin/auth/group/",
        "/admin/account/emailaddress/",
        "/admin/axes/accessattempt/",
        "/admin/password_change/",
        "/admin/autocomplete/",
        "/admin/jsi18n/",
        "/admin/r/1/1/",
        f"/admin/evalhub/user/{olga.pk}/delete/",
        f"/admin/evalhub/user/{olga.pk}/history/",
        "/admin/evalhub/actionlog/add/",
    ):
        assert client.get(path).status_code == 404, path


def test_it_has_no_address_that_deletes() -> None:
    def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
        found = []
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, here)
            else:
                found.append(here)
        return found

    addresses = walk(admin.site.urls[0])
    assert "rubrics/rubricversion/<int:pk>/change/" in addresses
    assert not [address for address in addresses if "delete" in address]


LISTS = [
    ("lena", "/admin/rubrics/rubric/"),
    ("lena", "/admin/tasks/flag/"),
    ("lena", "/admin/tasks/parkedsubmit/"),
    ("ada", "/admin/reviews/audit/"),
    ("olga", "/admin/evalhub/user/"),
    ("olga", "/admin/evalhub/actionlog/"),
]


@pytest.mark.parametrize(("name", "path"), LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=a",
        "project__memberships__user__password__startswith=a",
        "actor__password__startswith=a",
        "judgment__evaluator__password__startswith=a",
        "raised_by__username=rosa",
        "_to_field=password",
        "ordering=password",
    ],
)
def test_it_refuses_a_query_about_hidden_columns(
    client: Client, request: pytest.FixtureRequest, name: str, path: str, query: str
) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize(("name", "path"), LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "o=",
        "o=99999999999999999999.-3.x",
        "p=x",
        "q=%00",
        "_popup=1",
        "_facets=True",
        "all=",
    ],
)
def test_it_ignores_other_odd_queries(
    client: Client, request: pytest.FixtureRequest, name: str, path: str, query: str
) -> None:
    client.force_login(request.getfixturevalue(name))
    assert client.get(f"{path}?{query}").status_code == 200


def test_it_shows_all_rows_for_a_filter_that_does_not_exist(
    client: Client, lena: User, version: RubricVersion, ada: User, mo: User
) -> None:
    raise_flag(actor=ada, task=cast.make_tasks(version.rubric.project, mo)[0], kind=FlagKind.POLICY)
    client.force_login(lena)
    for query, count in {"": 1, "state=nonsense": 1, "state=open": 1, "state=answered": 0}.items():
        response = client.get(f"/admin/tasks/flag/?{query}")
        assert len(response.context["cl"].result_list) == count


def test_it_leads_back_from_a_page_beyond_the_last(client: Client, lena: User) -> None:
    client.force_login(lena)
    response = client.get("/admin/rubrics/rubric/?p=987654", follow=True)
    assert response.status_code == 200
