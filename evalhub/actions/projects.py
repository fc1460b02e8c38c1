"""Start a project, and change its settings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from evalhub.access import may_start_project, require_role
from evalhub.actions.log import log_action
from evalhub.models import Membership, Project, Role, StoppingRule, User

# What /projects/<slug>/ must not hide.
RESERVED_SLUGS = {"new"}
SLUG_LENGTH = 50


@dataclass(frozen=True)
class ProjectSettings:
    """What a manager decides about a project."""

    name: str
    description: str = ""
    state: str = Project.State.ACTIVE
    judgments_per_task: int = 3
    lease_minutes: int = 30
    audit_rate: float = 0.1
    holds_ahead: int = 2
    daily_cap: int | None = None
    gold_rate: float = 0.0
    needs_qualification: bool = False
    stopping_rule: str = StoppingRule.FIXED
    most_judgments: int = 5
    panel_rate: float = 0.05

    @classmethod
    def of(cls, project: Project) -> ProjectSettings:
        return cls(**{name: getattr(project, name) for name in cls.__dataclass_fields__})

    def digest(self) -> str:
        """Return a short name of exactly these settings, for a form to carry."""
        content = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


class ProjectNameTakenError(Exception):
    """The person already has a project of that name."""


class ProjectConflictError(Exception):
    """Somebody changed the settings since they were shown; `current` says what they are now."""

    def __init__(self, current: ProjectSettings) -> None:
        super().__init__("Somebody changed these settings while you had the page open.")
        self.current = current


@transaction.atomic
def create_project(*, actor: User, settings: ProjectSettings) -> Project:
    """Start a project whose manager and lead `actor` becomes; its slug is made from its name.

    Raises PermissionDenied for whoever may not start one, ProjectNameTakenError for a name that
    another project of theirs has: so a form that is sent twice makes one project.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not may_start_project(actor):
        raise PermissionDenied("Only an operator, or a manager of a project, may start another.")
    if Project.objects.for_member(actor).filter(name__iexact=settings.name).exists():
        raise ProjectNameTakenError(
            f"You already have a project called “{settings.name}”. Choose another name."
        )
    project = Project.objects.create(slug=_free_slug(settings.name), **asdict(settings))
    Membership.objects.bulk_create(
        Membership(project=project, user=actor, role=role) for role in (Role.MANAGER, Role.LEAD)
    )
    log_action(
        actor=actor,
        verb="project:create",
        target=project,
        project=project,
        after={"slug": project.slug, **asdict(settings)},
    )
    return project


@transaction.atomic
def update_project(
    *, actor: User, project: Project, settings: ProjectSettings, seen: str
) -> Project:
    """Change the settings of `project`, for its managers; tasks that are there keep their numbers.

    `seen` is the digest of the settings that the person changed from: ProjectConflictError where
    they are others by now. Settings that are already so change nothing.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    require_role(actor, project, Role.MANAGER)
    current = ProjectSettings.of(project)
    changed = {
        name: value for name, value in asdict(settings).items() if getattr(current, name) != value
    }
    if not changed:
        return project
    if seen != current.digest():
        raise ProjectConflictError(current)
    for name, value in changed.items():
        setattr(project, name, value)
    project.save(update_fields=[*changed])
    log_action(
        actor=actor,
        verb="project:update",
        target=project,
        project=project,
        before={name: getattr(current, name) for name in changed},
        after=changed,
    )
    return project


def _free_slug(name: str) -> str:
    """Return a slug for `name` that no project has, numbered where it is taken."""
    base = slugify(name)[:SLUG_LENGTH].strip("-_") or "project"
    taken = RESERVED_SLUGS | set(
        Project.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
