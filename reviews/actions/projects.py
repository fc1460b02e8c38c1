"""Start a project together with its rubric."""

from __future__ import annotations

from django.db import transaction

from evalhub.actions.projects import ProjectSettings, create_project
from evalhub.models import Project, User
from rubrics.actions import start_rubric
from rubrics.actions.files import import_rubric
from rubrics.library import load_ready


@transaction.atomic
def start_project(*, actor: User, settings: ProjectSettings, ready: str = "") -> Project:
    """Create a project, as `create_project` does, with a draft of its rubric.

    The draft says what the ready rubric with the slug `ready` says, or nothing yet. Raises
    LookupError where there is no such rubric; then nothing was created.
    """
    project = create_project(actor=actor, settings=settings)
    rubric = start_rubric(actor=actor, project=project, name=project.name)
    if ready:
        import_rubric(actor=actor, rubric=rubric, file=load_ready(ready))
    return project
