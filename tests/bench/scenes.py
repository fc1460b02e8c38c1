"""The projects that the bench measures on, and the people in them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from evalhub.models import Project
from tasks.models import Assignment, Task
from tests.bench.past import ASKED, Past, Stretch
from tests.bench.people import Person, make_people, make_project
from tests.bench.sizes import Size

SEED = 20_260


@dataclass(frozen=True)
class Scenes:
    """Four projects: of the full size, of a thousand tasks, with much behind one evaluator, and
    with judged-out tasks at the head.
    """

    many: Project
    few: Project
    behind: Project
    judged_out: Project
    crowd: list[Person]
    # One who is in each project, judged nothing before, and is not of the crowd.
    plain: Person
    rich: Person
    # One who comes when nothing is left.
    late: Person
    manager: Person
    seconds: float


def build(size: Size) -> Scenes:
    """Make everything; a past judgment is one of the crowd's, but for those behind one person."""
    began = time.monotonic()
    crowd = make_people([f"evaluator{number}" for number in range(size.evaluators)])
    plain, rich, late, manager = make_people(["plain", "rich", "late", "manager"])
    members = [person.user for person in (*crowd, plain, rich, late)]

    def make(slug: str, *stretches: Stretch) -> Project:
        version = make_project(slug, manager.user, members, [manager.user])
        judges = [person.user for person in crowd]
        Past(version, judges, list(stretches), SEED).write(manager.user)
        print(f"  {slug}: {sum(one.tasks for one in stretches):,} tasks", flush=True)
        return version.rubric.project

    left = size.tasks // 40
    return Scenes(
        many=make("many", *mixed(size.tasks)),
        few=make("few", Stretch(100, ASKED), Stretch(200, 1), Stretch(size.few_tasks - 300, 0)),
        behind=make(
            "behind",
            Stretch(size.behind, 1, only=rich.user),
            Stretch(min(left, 5_000), 1),
            Stretch(min(left, 5_000), 0),
        ),
        judged_out=make(
            "judged-out",
            Stretch(size.judged_out, ASKED, priority=5, was_queued=True),
            Stretch(min(left, 5_000), 1),
            Stretch(min(left, 5_000), 0),
        ),
        crowd=crowd,
        plain=plain,
        rich=rich,
        late=late,
        manager=manager,
        seconds=time.monotonic() - began,
    )


def mixed(tasks: int) -> list[Stretch]:
    """Return a project near its end: nine in ten are finished, the others begun or fresh."""
    twentieth = tasks // 20
    return [
        Stretch(tasks - 2 * twentieth, ASKED),
        Stretch(twentieth // 2, 2),
        Stretch(twentieth // 2, 1),
        Stretch(twentieth, 0),
    ]


def finish_all_but_held(project: Project) -> None:
    """End all tasks of `project` but the current ones, each of which is held in its last place."""
    ahead = Assignment.objects.open().filter(project=project, is_ahead=True)
    ahead.delete()
    current = Assignment.objects.open().filter(project=project).values("task")
    tasks = Task.objects.filter(project=project, state=Task.State.OPEN)
    tasks.exclude(pk__in=current).update(
        state=Task.State.FINISHED, free_places=0, judgments_done=ASKED
    )
    tasks.filter(pk__in=current).update(free_places=0)
