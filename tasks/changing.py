"""Bring the tasks of a batch into line with what a manager asks, while the work goes on."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now

from evalhub.actions.log import log_action
from evalhub.work import GoOnLaterError
from tasks.counters import Counts, add_to_batch, count_task
from tasks.models import Assignment, BatchChange, Draft, Judgment, ParkedSubmit, Task
from tasks.places import settle, take_free_place

CHUNK = 500
# A run ends well within a job's time limit; a longer one goes on in another run.
RUN_SECONDS = 600
LONGEST_PAUSE = 1.0
Unjudged = BatchChange.Unjudged


def change_what_is_there(change: BatchChange) -> None:
    """Change each task of a batch as asked; cut off anywhere, it goes on where it was.

    Raises GoOnLaterError when the time of one run is over.
    """
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        began = time.monotonic()
        if not _change_chunk(change.pk):
            return
        if time.monotonic() > deadline:
            raise GoOnLaterError
        # Half of the time is for those who judge: on SQLite they could hardly write otherwise.
        time.sleep(min(time.monotonic() - began, LONGEST_PAUSE))


@transaction.atomic
def _change_chunk(pk: int) -> bool:
    """Change the next tasks; return whether there were any.

    What is asked is read afresh each time: something newer begins from the front, in any run.
    """
    row = (
        BatchChange.objects.select_for_update(no_key=True, of=("self",))
        .select_related("batch__project", "requested_by")
        .get(pk=pk)
    )
    left = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        batch=row.batch_id, pk__gt=row.passed
    )
    tasks = list(left.order_by("pk")[:CHUNK])
    if not tasks:
        _end(row)
        return False
    row.tasks_changed += len(_change(row, tasks))
    row.passed = tasks[-1].pk
    row.tasks_seen += len(tasks)
    row.save(update_fields=["passed", "tasks_seen", "tasks_changed", "tasks_withdrawn"])
    return True


def _change(row: BatchChange, tasks: Sequence[Task]) -> set[int]:
    """Change locked tasks as `row` asks, and return the ids of those that are other than before."""
    withdrawn, restored = set[int](), set[int]()
    if row.unjudged == Unjudged.WITHDRAW:
        withdrawn = _set_state(_nobody_began(tasks), Task.State.WITHDRAWN)
    elif row.unjudged == Unjudged.RESTORE:
        gone = [task for task in tasks if task.state == Task.State.WITHDRAWN]
        restored = _set_state(gone, Task.State.OPEN)
    row.tasks_withdrawn = max(row.tasks_withdrawn + len(withdrawn) - len(restored), 0)
    moved = _set_priority(row, tasks)
    paused = {task.pk for task in tasks if task.is_paused != row.is_paused}
    Task.objects.filter(pk__in=paused).update(is_paused=row.is_paused)
    # Whoever went past its old place in the queue has to meet it at another one.
    met_again = moved | restored | (set() if row.is_paused else paused)
    begun = Task.objects.filter(pk__in=met_again, offered_at__isnull=False)
    begun.update(offered_at=Now())
    return withdrawn | restored | moved | paused


def _set_priority(row: BatchChange, tasks: Sequence[Task]) -> set[int]:
    if row.priority is None:
        return set()
    moved = {
        task.pk for task in tasks if task.state == Task.State.OPEN and task.priority != row.priority
    }
    Task.objects.filter(pk__in=moved).update(priority=row.priority)
    return moved


def _set_state(tasks: Sequence[Task], state: Task.State) -> set[int]:
    """Write the state of locked tasks of one batch, and what that changes in its counters."""
    change = Counts()
    for task in tasks:
        before = count_task(task)
        task.state = state
        change += count_task(task) - before
    ids = {task.pk for task in tasks}
    if ids:
        Task.objects.filter(pk__in=ids).update(state=state)
        add_to_batch(tasks[0].batch_id, change)
    return ids


def _nobody_began(tasks: Sequence[Task]) -> list[Task]:
    """Return those of locked tasks that are open and that nobody judges, has judged or typed about.

    What was submitted late and waits for a decision is somebody's work as well. Lapsed holds are
    closed, so that nobody goes on with a task that is withdrawn.
    """
    unjudged = [task for task in tasks if task.state == Task.State.OPEN and not task.judgments_done]
    ids = [task.pk for task in unjudged]
    work = (
        Assignment.objects.held().filter(task__in=ids),
        Assignment.objects.filter(task__in=ids, state=Assignment.State.SUBMITTED),
        Judgment.objects.filter(task__in=ids),
        Draft.objects.filter(task__in=ids),
    )
    begun = {pk for rows in work for pk in rows.order_by().values_list("task", flat=True)}
    parked = ParkedSubmit.objects.filter(assignment__task__in=ids, decided_at=None)
    begun |= set(parked.order_by().values_list("assignment__task", flat=True))
    free = [task for task in unjudged if task.pk not in begun]
    lapsed = Assignment.objects.open().filter(task__in=[task.pk for task in free])
    with_lapsed = set(lapsed.order_by().values_list("task", flat=True))
    for task in free:
        if task.pk in with_lapsed:
            take_free_place(task)
            settle(task)
    return free


def _end(row: BatchChange) -> None:
    """Log once how many tasks were changed, and ask no more of those that nobody judged."""
    if row.is_complete:
        return
    row.is_complete, row.unjudged = True, Unjudged.LEAVE
    row.save(update_fields=["is_complete", "unjudged"])
    log_action(
        actor=row.requested_by,
        verb="batch:changed",
        target=row.batch,
        project=row.batch.project,
        after={
            "tasks": row.tasks_seen,
            "changed": row.tasks_changed,
            "withdrawn": row.tasks_withdrawn,
        },
    )
