"""Count by SQL what must be exact after any amount of work."""

from __future__ import annotations

from dataclasses import asdict

from django.db import connection

from evalhub.models import Project
from tasks.counters import count_batch
from tests.bench.figures import Figure, none_of

WRONG = {
    "tasks with more judgments or holds than asked for": (
        "SELECT count(*) FROM (SELECT t.id FROM tasks_task t JOIN tasks_assignment a"
        " ON a.task_id = t.id AND a.state IN ('open', 'submitted') WHERE t.project_id = %s"
        " GROUP BY t.id, t.judgments_per_task HAVING count(*) > t.judgments_per_task) AS x"
    ),
    "tasks that one evaluator judged or holds twice": (
        "SELECT count(*) FROM (SELECT task_id FROM tasks_assignment WHERE project_id = %s"
        " AND state IN ('open', 'submitted') GROUP BY task_id, evaluator_id"
        " HAVING count(*) > 1) AS x"
    ),
    "finished tasks with too few judgments": (
        "SELECT count(*) FROM (SELECT t.id FROM tasks_task t LEFT JOIN tasks_judgment j"
        " ON j.task_id = t.id AND j.revision = 1 WHERE t.project_id = %s AND t.state = 'finished'"
        " GROUP BY t.id, t.judgments_per_task HAVING count(j.id) <> t.judgments_per_task) AS x"
    ),
    "tasks whose stored counts are wrong": (
        "SELECT count(*) FROM (SELECT t.id, t.judgments_done, t.free_places, t.judgments_per_task,"
        " sum(CASE WHEN a.state = 'submitted' THEN 1 ELSE 0 END) AS done, count(a.id) AS taken"
        " FROM tasks_task t LEFT JOIN tasks_assignment a ON a.task_id = t.id"
        " AND a.state IN ('open', 'submitted') WHERE t.project_id = %s GROUP BY t.id) AS x"
        " WHERE done <> judgments_done OR judgments_per_task - taken <> free_places"
    ),
    "submitted assignments without a judgment of their own": (
        "SELECT count(*) FROM tasks_assignment a LEFT JOIN tasks_judgment j"
        " ON j.id = a.judgment_id AND j.assignment_id = a.id"
        " WHERE a.project_id = %s AND a.state = 'submitted' AND j.id IS NULL"
    ),
}


def exact_counts(project: Project) -> list[Figure]:
    """Return a line for each thing that must not be found in `project`."""
    figures = []
    for what, sql in WRONG.items():
        with connection.cursor() as cursor:
            cursor.execute(sql, [project.pk])
            [(found,)] = cursor.fetchall()
        figures.append(none_of(what, found, project.slug))
    columns = asdict(count_batch(project.batches.all()[0])).keys()
    wrong = sum(
        {name: getattr(batch, name) for name in columns} != asdict(count_batch(batch))
        for batch in project.batches.all()
    )
    return [*figures, none_of("batches whose counters are not those of their tasks", wrong)]
