"""The members of a project, one row each with all roles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from evalhub.models import Membership, Project, Role, User


@dataclass(frozen=True)
class Member:
    """A person with the roles held in a project, in the roles' order."""

    user: User
    roles: list[Role]


def members_of(project: Project) -> list[Member]:
    """Return the members by username, in one query."""
    held = Membership.objects.filter(project=project).select_related("user")
    members = []
    for user, rows in groupby(held.order_by("user__username", "user"), lambda row: row.user):
        given = {row.role for row in rows}
        members.append(Member(user, [role for role in Role if role in given]))
    return members
