"""Start a project together with its rubric; change its settings together with its tasks."""

from __future__ import annotations

from django.db import transaction

from evalhub.actions.projects import ProjectSettings, create_project, update_project
from evalhub.models import Project, User
from rubrics.actions import start_rubric
from rubrics.actions.files import import_rubric
from rubrics.library import load_ready
from tasks.actions import adjust_tasks


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


@transaction.atomic
def change_settings(
    *, actor: User, project: Project, settings: ProjectSettings, seen: str, adjusts_tasks: bool
) -> Project:
    """Change the settings as `update_project` does; ask the tasks that are there, if that is said.

    Otherwise another number of judgments per task is for tasks that are imported from now on.
    """
    if adjusts_tasks:
        # First: the log stays locked once it is written, and the job writes it last.
        adjust_tasks(
            actor=actor,
            project=project,
            judgments_per_task=settings.judgments_per_task,
            most_judgments=settings.most_judgments,
        )
    return update_project(actor=actor, project=project, settings=settings, seen=seen)
