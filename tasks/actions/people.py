"""Change what a person may do; holds that rest on it are freed at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role, roles_of
from evalhub.actions.log import log_action
from evalhub.models import Membership, Project, Role, User
from tasks.actions.holds import release_holds


class LastManagerError(Exception):
    """A project keeps at least one manager."""


@transaction.atomic
def set_roles(*, actor: User, project: Project, user: User, roles: Iterable[Role]) -> None:
    """Give `user` exactly `roles` in `project`; none of them ends the membership.

    Raises PermissionDenied for anyone but a manager, LastManagerError where none would remain.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    require_role(actor, project, Role.MANAGER)
    wanted, held = set(roles), roles_of(user, project)
    if wanted == held:
        return
    managers = project.memberships.filter(role=Role.MANAGER, user__is_active=True)
    if Role.MANAGER in held - wanted and not managers.exclude(user=user).exists():
        raise LastManagerError(
            f"{user} is the only manager of {project.name}. Make somebody else a manager first."
        )
    project.memberships.filter(user=user, role__in=held - wanted).delete()
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role=role) for role in sorted(wanted - held)
    )
    if Role.EVALUATOR in held - wanted:
        release_holds(user=user, project=project)
    log_action(
        actor=actor,
        verb="membership:set",
        target=user,
        project=project,
        before={"roles": sorted(held)},
        after={"roles": sorted(wanted)},
    )


@transaction.atomic
def qualify_member(*, actor: User, project: Project, user: User) -> None:
    """Find an evaluator fit for production tasks, as a lead or a manager; twice is as once.

    Raises PermissionDenied for anyone else, Membership.DoesNotExist for who is no evaluator.
    """
    _set_qualified(actor, project, user, is_qualified=True)


@transaction.atomic
def unqualify_member(*, actor: User, project: Project, user: User) -> None:
    """Take the qualification of an evaluator back and free what they hold; else as the other."""
    _set_qualified(actor, project, user, is_qualified=False)


def _set_qualified(actor: User, project: Project, user: User, *, is_qualified: bool) -> None:
    require_role(actor, project, Role.LEAD, Role.MANAGER)
    # A claim locks the same row: none goes by what it was while this changes it.
    member = Membership.objects.select_for_update(no_key=True).get(
        project=project, user=user, role=Role.EVALUATOR
    )
    if is_qualified == (member.qualified_at is not None):
        return
    member.qualified_at = timezone.now() if is_qualified else None
    member.save(update_fields=["qualified_at"])
    if not is_qualified:
        release_holds(user=user, project=project)
    log_action(
        actor=actor,
        verb="membership:qualify" if is_qualified else "membership:unqualify",
        target=user,
        project=project,
        before={"is_qualified": not is_qualified},
        after={"is_qualified": is_qualified},
    )


@transaction.atomic
def deactivate_user(*, actor: User, user: User) -> None:
    """End a person's access everywhere at once and free what they hold. For operators."""
    if not (actor.is_active and actor.is_superuser):
        raise PermissionDenied("Only an operator may deactivate an account.")
    if not user.is_active:
        return
    # A claim locks the evaluator's membership: none gets a hold while this goes on.
    list(Membership.objects.select_for_update(no_key=True).filter(user=user).order_by("pk"))
    user.is_active = False
    user.save(update_fields=["is_active"])
    release_holds(user=user)
    log_action(
        actor=actor,
        verb="user:deactivate",
        target=user,
        project=None,
        before={"is_active": True},
        after={"is_active": False},
    )
