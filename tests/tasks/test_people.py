from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from evalhub.access import roles_of
from evalhub.models import ActionLog, Project, Role, User
from rubrics.models import RubricVersion
from tasks.actions import LastManagerError, deactivate_user, set_roles
from tasks.models import Assignment
from tests import cast


def test_it_gives_exactly_the_roles_asked(project: Project, mo: User, rosa: User) -> None:
    set_roles(actor=mo, project=project, user=rosa, roles=[Role.REVIEWER, Role.LEAD])
    assert roles_of(rosa, project) == {Role.REVIEWER, Role.LEAD}
    entry = ActionLog.objects.get(verb="membership:set")
    assert (entry.before, entry.after) == (
        {"roles": ["evaluator"]},
        {"roles": ["lead", "reviewer"]},
    )


def test_it_refuses_whoever_is_not_a_manager(
    project: Project, lena: User, otto: User, rosa: User
) -> None:
    for person in (lena, otto, rosa):
        with pytest.raises(PermissionDenied):
            set_roles(actor=person, project=project, user=rosa, roles=[Role.MANAGER])


def test_it_keeps_the_last_manager(project: Project, mo: User) -> None:
    with pytest.raises(LastManagerError, match="only manager"):
        set_roles(actor=mo, project=project, user=mo, roles=[Role.LEAD])
    assert roles_of(mo, project) == {Role.MANAGER}


def test_it_logs_nothing_when_nothing_changes(project: Project, mo: User, rosa: User) -> None:
    set_roles(actor=mo, project=project, user=rosa, roles=[Role.EVALUATOR])
    assert not ActionLog.objects.filter(verb="membership:set").exists()


def test_it_frees_the_holds_of_a_demoted_evaluator(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User
) -> None:
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(rosa, project)
    set_roles(actor=mo, project=project, user=rosa, roles=[])
    held.refresh_from_db()
    assert held.state == Assignment.State.RELEASED
    assert cast.claim(ravi, project).task == held.task


def test_it_deactivates_and_frees_everything_held(
    project: Project, version: RubricVersion, mo: User, rosa: User, ravi: User
) -> None:
    operator = cast.make_user("olga", is_superuser=True)
    cast.make_tasks(project, mo, judgments_per_task=1)
    held = cast.claim(rosa, project)
    with pytest.raises(PermissionDenied):
        deactivate_user(actor=mo, user=rosa)
    deactivate_user(actor=operator, user=rosa)
    deactivate_user(actor=operator, user=rosa)
    rosa.refresh_from_db()
    assert not rosa.is_active
    assert cast.claim(ravi, project).task == held.task
    assert ActionLog.objects.filter(verb="user:deactivate").count() == 1
