"""Ask the tasks that are there for another number of judgments, while the work goes on."""

from __future__ import annotations

import time

from django.db import transaction
from django.db.models import Q

from evalhub.actions.log import log_action
from evalhub.models import Project
from evalhub.work import GoOnLaterError
from rubrics.models import Rubric
from tasks.models import Adjustment, FollowUp, Task
from tasks.places import finish, settle
from tasks.votes import follow_rule, judgments_asked_first

CHUNK = 50
# A run ends well within a job's time limit; a longer one goes on in another run.
RUN_SECONDS = 600
LONGEST_PAUSE = 1.0


def adjust_what_is_there(adjustment: Adjustment) -> None:
    """Ask each task of an adjustment for its number; cut off anywhere, it goes on where it was.

    Raises GoOnLaterError when the time of one run is over.
    """
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        began = time.monotonic()
        if not _adjust_chunk(adjustment.pk):
            return
        if time.monotonic() > deadline:
            raise GoOnLaterError
        # Half of the time is for those who judge: on SQLite they could hardly write otherwise.
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))


@transaction.atomic
def _adjust_chunk(pk: int) -> bool:
    """Adjust the next few tasks; return whether there were any.

    The adjustment is read afresh each time: a newer one begins from the front, in any run.
    """
    row = (
        Adjustment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project", "requested_by")
        .get(pk=pk)
    )
    tasks = _lock_next(row)
    if not tasks:
        _end(row)
        return False
    these = Task.objects.filter(pk__in=[task.pk for task in tasks])
    judged_anew = FollowUp.objects.judge_anew(Rubric.objects.filter(project=row.project))
    current = set(these.not_judged_under(judged_anew).values_list("pk", flat=True))
    for task in tasks:
        asked = judgments_asked_first(row, is_panel=task.is_panel)
        if task.state != Task.State.WITHDRAWN and task.judgments_first != asked:
            row.tasks_changed += _adjust(task, asked, row.project, is_current=task.pk in current)
    row.passed = tasks[-1].pk
    row.tasks_seen += len(tasks)
    row.save(update_fields=["passed", "tasks_seen", "tasks_changed"])
    return True


def _lock_next(row: Adjustment) -> list[Task]:
    """Lock the next tasks, all before any is settled, by what never changes of a task.

    A task that is made meanwhile to judge an older one anew asks for what that one asks for, before
    or after it is adjusted: hence those, however new they are.
    """
    was_there = Q(pk__lte=row.last_task) | Q(follows__isnull=False)
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        was_there, project=row.project_id, kind=Task.Kind.PRODUCTION, pk__gt=row.passed
    )
    return list(rows.order_by("pk")[:CHUNK])


def _adjust(task: Task, asked: int, project: Project, *, is_current: bool) -> bool:
    """Ask a locked task for `asked` judgments to begin with; return whether that changed it.

    What is made or held stays. Judgments that the stopping rule added count towards the number,
    and the rule is put again where the first ones are others than before. A finished task that a
    release had judged anew, and is not current, stays finished.
    """
    before = task.judgments_per_task, task.judgments_added
    first, was_finished = task.judgments_first, task.state == Task.State.FINISHED
    added, task.judgments_added = task.judgments_added, 0
    settle(task, judgments_per_task=asked)
    if still_added := min(added, task.judgments_per_task - asked):
        task.judgments_added = still_added
        task.save(update_fields=["judgments_added"])
    if not is_current:
        if was_finished and task.state == Task.State.OPEN:
            finish(task)
    elif not was_finished or task.judgments_first != first:
        follow_rule(task, project)
    return before != (task.judgments_per_task, task.judgments_added)


def _end(row: Adjustment) -> None:
    """Log once how many tasks were changed."""
    if row.is_complete:
        return
    row.is_complete = True
    row.save(update_fields=["is_complete"])
    log_action(
        actor=row.requested_by,
        verb="adjustment:end",
        target=row,
        project=row.project,
        after={
            "judgments_per_task": row.judgments_per_task,
            "tasks": row.tasks_seen,
            "changed": row.tasks_changed,
        },
    )
