"""Starting a project, and changing its settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.access import roles_of
from evalhub.actions.projects import (
    ProjectConflictError,
    ProjectNameTakenError,
    ProjectSettings,
    create_project,
    update_project,
)
from evalhub.models import ActionLog, Project, Role, User
from tests.cast import join, make_project, make_user

NEW = ProjectSettings(name="Night photos", judgments_per_task=5, lease_minutes=20, audit_rate=0.25)


def test_it_makes_the_creator_manager_and_lead(mo: User) -> None:
    project = create_project(actor=mo, settings=NEW)
    assert ProjectSettings.of(Project.objects.get(slug="night-photos")) == NEW
    assert roles_of(mo, project) == {Role.MANAGER, Role.LEAD}
    entry = ActionLog.objects.get(verb="project:create")
    assert (entry.actor, entry.project) == (mo, project)
    assert entry.after["audit_rate"] == 0.25


def test_it_lets_an_operator_start_the_first_project(db: None) -> None:
    olga = make_user("olga", is_superuser=True)
    assert create_project(actor=olga, settings=NEW).slug == "night-photos"


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.REVIEWER, Role.LEAD])
def test_it_refuses_whoever_manages_nothing(project: Project, role: Role) -> None:
    person = make_user("somebody")
    join(project, person, role)
    with pytest.raises(PermissionDenied):
        create_project(actor=person, settings=NEW)
    assert not Project.objects.filter(name=NEW.name).exists()


def test_it_refuses_a_manager_who_was_switched_off(mo: User) -> None:
    User.objects.filter(pk=mo.pk).update(is_active=False)
    mo.refresh_from_db()
    with pytest.raises(PermissionDenied):
        create_project(actor=mo, settings=NEW)


def test_it_starts_one_project_when_run_twice(mo: User) -> None:
    create_project(actor=mo, settings=NEW)
    with pytest.raises(ProjectNameTakenError, match="already have a project called “night photos”"):
        create_project(actor=mo, settings=replace(NEW, name="night photos"))
    assert Project.objects.filter(name__iexact=NEW.name).count() == 1


def test_it_says_nothing_of_other_peoples_projects(mo: User) -> None:
    make_project("night-photos", name=NEW.name)
    assert create_project(actor=mo, settings=NEW).slug == "night-photos-2"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("New", "new-2"), ("Фото", "project"), ("A" * 120, "a" * 50), ("  x / y ", "x-y")],
)
def test_it_makes_an_address_of_any_name(mo: User, name: str, slug: str) -> None:
    assert create_project(actor=mo, settings=replace(NEW, name=name)).slug == slug


def test_it_changes_settings_and_logs_only_what_changed(project: Project, mo: User) -> None:
    before = ProjectSettings.of(project)
    wanted = replace(before, state=Project.State.PAUSED, lease_minutes=45)
    update_project(actor=mo, project=project, settings=wanted, seen=before.digest())
    project.refresh_from_db()
    assert ProjectSettings.of(project) == wanted
    entry = ActionLog.objects.get(verb="project:update")
    assert entry.before == {"state": "active", "lease_minutes": 30}
    assert entry.after == {"state": "paused", "lease_minutes": 45}


def test_it_refuses_anybody_but_a_manager_to_change(project: Project, lena: User) -> None:
    before = ProjectSettings.of(project)
    with pytest.raises(PermissionDenied):
        update_project(
            actor=lena, project=project, settings=replace(before, name="x"), seen=before.digest()
        )
    project.refresh_from_db()
    assert ProjectSettings.of(project) == before


def test_it_refuses_a_change_from_settings_that_are_gone(project: Project, mo: User) -> None:
    shown = ProjectSettings.of(project)
    Project.objects.filter(pk=project.pk).update(judgments_per_task=7)
    with pytest.raises(ProjectConflictError) as conflict:
        update_project(
            actor=mo, project=project, settings=replace(shown, name="x"), seen=shown.digest()
        )
    assert conflict.value.current.judgments_per_task == 7
    project.refresh_from_db()
    assert project.name != "x"


def test_it_changes_nothing_when_run_twice(project: Project, mo: User) -> None:
    shown = ProjectSettings.of(project)
    wanted = replace(shown, name="Renamed")
    for _ in range(2):
        update_project(actor=mo, project=project, settings=wanted, seen=shown.digest())
    assert ActionLog.objects.filter(verb="project:update").count() == 1
