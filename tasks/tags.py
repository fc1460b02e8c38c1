"""The tags of tasks as rows, so that the list of a batch finds them by an index.

`Task.tags` is what is shown; whoever writes it calls `index_tags` in the same transaction. A JSON
list cannot be asked for a page of tasks in the list's order on both engines: SQLite has no index
for it, and that of PostgreSQL keeps no order. The index begins with the batch, since a tag means
something within what came in together, and a page then costs 50 entries however large the project
is; hence the filter by tag is offered within a batch only.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.models import Task, TaskTag


def index_tags(tasks: Iterable[Task]) -> None:
    """Write the tags of new tasks, which have their ids, as rows; twice writes nothing more."""
    TaskTag.objects.bulk_create(
        (
            TaskTag(batch_id=task.batch_id, task=task, tag=tag)
            for task in tasks
            for tag in sorted({cut_tag(tag) for tag in task.tags} - {""})
        ),
        ignore_conflicts=True,
    )


def cut_tag(tag: object) -> str:
    """Return a tag as it is looked for: its first characters, without space around."""
    return str(tag).strip()[: TaskTag.LONGEST].strip()
