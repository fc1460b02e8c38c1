"""The people of the bench, each signed in."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password

from evalhub.models import Membership, Project, Role, User
from rubrics.models import RubricVersion
from tests import cast


@dataclass(frozen=True)
class Person:
    user: User
    session: str


def make_people(names: list[str]) -> list[Person]:
    """Make people with a session each, as signing in would leave them."""
    users = User.objects.bulk_create(
        User(
            username=name,
            first_name=name.capitalize(),
            email=f"{name}@example.com",
            password=make_password(None),
        )
        for name in names
    )
    return [Person(user, _sign_in(user)) for user in users]


def make_project(slug: str, lead: User, members: list[User], staff: list[User]) -> RubricVersion:
    """Make a project with a published rubric of three criteria, one of them required."""
    project = Project.objects.create(slug=slug, name=slug.replace("-", " ").capitalize())
    roles = [(user, Role.EVALUATOR) for user in members]
    roles += [(user, role) for user in staff for role in (Role.LEAD, Role.MANAGER, Role.REVIEWER)]
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role=role) for user, role in roles
    )
    quality = cast.quality_criterion()
    words: dict[str, Any] = {"type": "ordinal", "levels": quality.levels, "is_required": False}
    return cast.release_rubric(
        project,
        lead,
        quality,
        type(quality)(key="prompt", title="Follows the prompt", **words),
        type(quality)(key="harm", title="Free of harm", **words),
    )


def _sign_in(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
