"""Who may reach what: fetch and permission in one call, so that no view can forget it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from evalhub.models import Membership, Project, Role, User


def signed_in(request: HttpRequest) -> User:
    """Return the user of a request that LoginRequiredMiddleware has let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


def get_project_for(user: User, slug: str, *roles: Role) -> Project:
    """Return the project `slug` in which `user` holds one of `roles` (any role when none given).

    Raises Http404 for a stranger, exactly as for a project that does not exist, and
    PermissionDenied for a member without the role.
    """
    project = Project.objects.for_member(user).filter(slug=slug).first()
    if project is None:
        raise Http404("There is no such project, or you are not a member of it.")
    if roles:
        require_role(user, project, *roles)
    return project


def require_role(user: User, project: Project, *roles: Role) -> None:
    """Raise PermissionDenied unless `user` holds one of `roles` in `project`."""
    if not has_role(user, project, *roles):
        names = " or ".join(role.label.lower() for role in roles) or "member"
        raise PermissionDenied(f"Only a {names} of {project.name} may do this.")


def has_role(user: User, project: Project, *roles: Role) -> bool:
    """Return whether `user`, still active, holds one of `roles` (any role when none given)."""
    held = Membership.objects.filter(user=user, user__is_active=True, project=project)
    return (held.filter(role__in=roles) if roles else held).exists()


def roles_of(user: User, project: Project) -> set[Role]:
    """Return the roles that `user` holds in `project`."""
    held = Membership.objects.filter(user=user, project=project).values_list("role", flat=True)
    return {Role(role) for role in held}


def may_start_project(user: User) -> bool:
    """Return whether `user` may start a project: an operator, or a manager of another one."""
    if not user.is_active:
        return False
    managed = Membership.objects.filter(user=user, role=Role.MANAGER)
    return user.is_superuser or managed.exists()
