"""Start a project together with its rubric."""

from __future__ import annotations

from django.db import transaction

from evalhub.actions.projects import ProjectSettings, create_project
from evalhub.models import Project, User
from rubrics.actions import start_rubric


@transaction.atomic
def start_project(*, actor: User, settings: ProjectSettings) -> Project:
    """Create a project, as `create_project` does, with an empty draft of its rubric."""
    project = create_project(actor=actor, settings=settings)
    start_rubric(actor=actor, project=project, name=project.name)
    return project
