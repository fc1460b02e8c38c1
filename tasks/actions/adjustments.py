"""Ask the tasks of a project that are there for another number of judgments."""

from __future__ import annotations

from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.actions.work import retry_failed
from evalhub.models import Project, Role, User
from evalhub.work import want_work
from tasks import jobs
from tasks.models import Adjustment, Task
from tasks.progress import tasks_there


@transaction.atomic
def adjust_tasks(
    *, actor: User, project: Project, judgments_per_task: int, most_judgments: int
) -> Adjustment:
    """Have the tasks that are there asked for another number of judgments, as a manager.

    Those of the panel get the most judgments at least. A job does it; where an earlier adjustment
    is still going on, this one takes its place. Raises ValueError for a number below one.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    require_role(actor, project, Role.MANAGER)
    if judgments_per_task < 1:
        raise ValueError("A task asks for one judgment at least.")
    there = tasks_there(project)
    wanted = {
        "judgments_per_task": judgments_per_task,
        "most_judgments": most_judgments,
        "last_task": _newest_task(project),
    }
    row = Adjustment.objects.select_for_update(no_key=True).filter(project=project).first()
    if row and row.is_pending and all(getattr(row, key) == wanted[key] for key in wanted):
        return row
    stopped = {"stopped_after": row.tasks_seen} if row and not row.is_complete else {}
    row, _ = Adjustment.objects.update_or_create(
        project=project,
        defaults={
            **wanted,
            "passed": 0,
            "tasks_expected": there.open + there.finished,
            "tasks_seen": 0,
            "tasks_changed": 0,
            "is_complete": False,
            "requested_by": actor,
        },
    )
    want_work(Adjustment, jobs.adjust_tasks, row.pk)
    row.refresh_from_db()
    log_action(
        actor=actor,
        verb="adjustment:start",
        target=row,
        project=project,
        before={"judgments_per_task": project.judgments_per_task, **stopped},
        after={
            "judgments_per_task": judgments_per_task,
            "tasks_open": there.open,
            "tasks_finished": there.finished,
        },
    )
    return row


@transaction.atomic
def retry_adjustment(*, actor: User, adjustment: Adjustment) -> Adjustment:
    """Go on with a failed adjustment where it stopped, as a manager; any other is left as it is."""
    adjustment = (
        Adjustment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project")
        .get(pk=adjustment.pk)
    )
    project = adjustment.project
    require_role(actor, project, Role.MANAGER)
    retry_failed(
        adjustment, jobs.adjust_tasks, actor=actor, verb="adjustment:retry", project=project
    )
    return adjustment


def _newest_task(project: Project) -> int:
    newest = Task.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True)
    return newest.first() or 0
