"""The ways that lead on from a page, by what the person may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from evalhub.admin_site import ADMIN_ROLES
from evalhub.models import Membership, Project, Role, User

_STAFF = {Role.REVIEWER, Role.LEAD, Role.MANAGER}
_PROJECT_PLACES = [
    ("Overview", "project", set(Role)),
    ("Judge", "work", {Role.EVALUATOR}),
    ("Tasks", "tasks", _STAFF),
    ("Guideline", "guideline", set(Role)),
    ("Exports", "exports", {Role.MANAGER}),
    ("Members", "members", {Role.LEAD, Role.MANAGER}),
    ("Settings", "project-settings", {Role.MANAGER}),
]


@dataclass(frozen=True)
class Place:
    """One way on; the current one is the page itself or what it belongs to."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Navigation:
    """What the bar on top of a page offers."""

    places: list[Place]
    may_enter_admin: bool


def navigation_for(user: User, project: Project | None, path: str) -> Navigation:
    """Return the ways on for `user` from the page at `path`, in one query."""
    held = [
        (project_id, Role(role))
        for project_id, role in Membership.objects.filter(user=user)
        .order_by()
        .values_list("project_id", "role")
    ]
    may_enter_admin = user.is_superuser or any(role in ADMIN_ROLES for _, role in held)
    if project is None:
        return Navigation([], may_enter_admin)
    roles = {role for project_id, role in held if project_id == project.pk}
    urls = {
        label: reverse(name, args=[project.slug])
        for label, name, for_roles in _PROJECT_PLACES
        if roles & for_roles
    }
    current = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    places = [Place(label, url, url == current) for label, url in urls.items()]
    return Navigation(places, may_enter_admin)
