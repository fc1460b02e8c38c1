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
    is_qualified: bool = False

    @property
    def is_evaluator(self) -> bool:
        return Role.EVALUATOR in self.roles


def members_of(project: Project) -> list[Member]:
    """Return the members by username, in one query."""
    held = Membership.objects.filter(project=project).select_related("user")
    members = []
    for user, rows in groupby(held.order_by("user__username", "user"), lambda row: row.user):
        given = {row.role: row for row in rows}
        roles = [role for role in Role if role in given]
        is_qualified = any(row.qualified_at is not None for row in given.values())
        members.append(Member(user, roles, is_qualified))
    return members
