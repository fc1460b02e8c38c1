"""The page on which a manager says who works in the project."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from evalhub.access import roles_of
from evalhub.models import ActionLog, Membership, Project, Role, User
from rubrics.models import RubricVersion
from tasks.models import Assignment
from tests import cast

PAGE = "/projects/photos/members/"


@pytest.fixture
def manager(client: Client, mo: User) -> Client:
    client.force_login(mo)
    return client


def test_it_lists_everybody_with_their_roles(manager: Client, rosa: User, lena: User) -> None:
    page = manager.get(PAGE).content.decode()
    for word in ("Rosa", "Lena", "Mo", "Evaluator", "Manager"):
        assert word in page


@pytest.mark.parametrize("who", ["otto", "OTTO", "otto@example.com"])
def test_it_adds_a_person_by_name_or_address(
    manager: Client, project: Project, otto: User, who: str
) -> None:
    response = manager.post(PAGE, {"who": who, "roles": ["evaluator", "reviewer"]}, follow=True)
    assert "Otto is a member now." in response.content.decode()
    assert roles_of(otto, project) == {Role.EVALUATOR, Role.REVIEWER}
    entry = ActionLog.objects.get(verb="membership:set")
    assert entry.actor == User.objects.get(username="mo")


def test_it_says_what_is_wrong_with_a_new_member(
    manager: Client, project: Project, rosa: User
) -> None:
    for name in ("left", "right"):
        twin = cast.make_user(name)
        User.objects.filter(pk=twin.pk).update(email="twins@example.com")
    cases = {
        ("nobody", "evaluator"): "No account has this name or address.",
        ("rosa", "reviewer"): "Rosa is a member already.",
        ("twins@example.com", "evaluator"): "Several accounts have this address.",
        ("left", ""): "Choose at least one role.",
        ("left", "owner"): "Select a valid choice.",
    }
    members = Membership.objects.count()
    for (who, role), words in cases.items():
        response = manager.post(PAGE, {"who": who, "roles": [role] if role else []})
        assert response.status_code == 422
        assert words in response.content.decode()
    assert Membership.objects.count() == members


def test_it_does_not_add_an_account_that_is_switched_off(manager: Client, otto: User) -> None:
    User.objects.filter(pk=otto.pk).update(is_active=False)
    response = manager.post(PAGE, {"who": "otto", "roles": ["evaluator"]})
    assert "No account has this name or address." in response.content.decode()


def test_it_changes_roles_and_frees_what_rested_on_them(
    manager: Client, project: Project, version: RubricVersion, rosa: User, mo: User
) -> None:
    cast.make_tasks(project, mo)
    held = cast.claim(rosa, project)
    demoted = Client()
    demoted.force_login(rosa)
    response = manager.post(PAGE, {"member": rosa.pk, "roles": ["reviewer"]}, follow=True)
    assert "Rosa&#x27;s roles are changed." in response.content.decode()
    assert roles_of(rosa, project) == {Role.REVIEWER}
    held.refresh_from_db()
    assert held.state == Assignment.State.RELEASED
    assert demoted.get(f"/assignments/{held.pk}/").status_code == 404
    assert demoted.get("/projects/photos/work/").status_code == 403


def test_it_ends_a_membership(manager: Client, project: Project, rosa: User) -> None:
    response = manager.post(PAGE, {"member": rosa.pk}, follow=True)
    assert "Rosa is no member any more." in response.content.decode()
    assert roles_of(rosa, project) == set()


def test_it_shows_a_lead_everybody_and_changes_nothing_for_one(
    lead: Client, project: Project, rosa: User, otto: User
) -> None:
    page = lead.get(PAGE).content.decode()
    assert "Rosa" in page
    assert "A manager of the project adds members and changes roles." in page
    for form in ("Save the roles", "Add a member", "<form"):
        assert form not in page.split("<main")[1]
    for posted in ({"member": rosa.pk, "roles": ["lead"]}, {"who": "otto", "roles": ["lead"]}):
        assert lead.post(PAGE, posted).status_code == 403
    assert roles_of(rosa, project) == {Role.EVALUATOR}
    assert roles_of(otto, project) == set()


def test_it_is_reached_from_the_projects_page_by_leads_and_managers(
    client: Client, project: Project, rosa: User, ada: User, lena: User, mo: User
) -> None:
    for person, sees in ((rosa, False), (ada, False), (lena, True), (mo, True)):
        client.force_login(person)
        page = client.get("/projects/photos/").content.decode()
        assert (f'href="{PAGE}"' in page) == sees


def test_it_keeps_the_last_manager(manager: Client, project: Project, mo: User) -> None:
    response = manager.post(PAGE, {"member": mo.pk, "roles": ["lead"]})
    assert response.status_code == 422
    assert "Mo is the only manager of Photos. Make somebody else" in response.content.decode()
    assert roles_of(mo, project) == {Role.MANAGER}


def test_it_leads_a_manager_who_steps_down_home(
    manager: Client, project: Project, mo: User, lena: User
) -> None:
    cast.join(project, lena, Role.MANAGER)
    response = manager.post(PAGE, {"member": mo.pk, "roles": []})
    assert response["Location"] == "/"


@pytest.mark.parametrize("member", ["0", "-1", "x", "999999", ""])
def test_it_knows_no_member_of_another_project(manager: Client, otto: User, member: str) -> None:
    assert manager.post(PAGE, {"member": member, "roles": ["lead"]}).status_code == 404
    assert manager.post(PAGE, {"member": otto.pk, "roles": ["lead"]}).status_code == 404


def test_it_ignores_what_the_form_does_not_ask(
    manager: Client, project: Project, otto: User, mo: User
) -> None:
    elsewhere = otto.memberships.values_list("project", flat=True)[0]
    extra = {"project": elsewhere, "actor": otto.pk, "user": mo.pk, "is_superuser": "1"}
    manager.post(PAGE, {"who": "otto", "roles": ["evaluator"], **extra})
    otto.refresh_from_db()
    assert roles_of(otto, project) == {Role.EVALUATOR}
    assert not otto.is_superuser
    entry = ActionLog.objects.get()
    assert (entry.actor, entry.project, entry.object_id) == (mo, project, str(otto.pk))


def test_it_asks_as_often_with_25_members_as_with_1(
    manager: Client, project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        manager.get(PAGE)
    for number in range(24):
        cast.join(project, cast.make_user(f"person{number}"), Role.EVALUATOR, Role.REVIEWER)
    with django_assert_num_queries(7):
        manager.get(PAGE)
