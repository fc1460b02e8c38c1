"""Many evaluators at the same moment, over HTTP; each with a twin that shows what is kept away."""

from __future__ import annotations

from functools import partial

from tasks.models import Assignment, Judgment, ParkedSubmit, Task
from tests.faults.client import Answer, Person, WorkPage
from tests.faults.house import House
from tests.faults.scene import Scene, at_once, lift_constraints

CLIENTS = 12
TASKS = 20
EQUAL_SUBMITS = 10
ROUNDS_OF_THE_TWIN = 10


def cc1(house: House) -> str:
    """12 clients claim and submit, 3 judgments per task."""
    scene = Scene.make(house, tasks=TASKS, evaluators=CLIENTS)
    with house.web():
        done = at_once(partial(_judge_all, person, scene) for person in scene.enter())
    asked = TASKS * scene.project.judgments_per_task
    assert sum(done) == scene.judgments() == asked, f"{sum(done)} of {asked} judgments"
    assert scene.most_per_task() == scene.project.judgments_per_task, "a task has too many"
    tasks = Task.objects.filter(project=scene.project)
    assert not tasks.exclude(state=Task.State.FINISHED).exists(), "a task is not finished"
    over = _over_assigned_without_recount(house)
    assert over, "the twin without the count after the lock shows no race"
    return f"{asked} judgments, 3 of each task; without the count after the lock {over} tasks over"


def _judge_all(person: Person, scene: Scene) -> int:
    done = 0
    while page := person.work(scene.project.slug):
        answer = person.submit(page)
        assert answer.is_stored, f"a submit answered {answer.status}"
        done += 1
    return done


def _over_assigned_without_recount(house: House) -> int:
    """Return how many tasks get more places taken than they have, in the first round with any."""
    lift_constraints("tasks_assignment", "tasks_task", "tasks_judgment")
    scene = Scene.make(house, tasks=TASKS, evaluators=CLIENTS, slug="twin")
    with house.web(without="recount"):
        people = scene.enter()
        for _ in range(ROUNDS_OF_THE_TWIN):
            at_once(partial(person.get, "/projects/twin/work/") for person in people)
            over = sum(
                task.assignments.open().count() > task.judgments_per_task
                for task in Task.objects.filter(project=scene.project)
            )
            if over:
                return over
            # The next round finds everybody without a task again.
            Assignment.objects.filter(project=scene.project).delete()
            Task.objects.filter(project=scene.project).update(free_places=3, offered_at=None)
    return 0


def cc3(house: House) -> str:
    """The same submit ten times at once."""
    rows = _submit_ten_times(Scene.make(house, tasks=2, evaluators=1), without="")
    assert rows == 1, f"{rows} judgments of ten equal submits"
    lift_constraints("tasks_assignment", "tasks_task", "tasks_judgment")
    twin = _submit_ten_times(Scene.make(house, tasks=2, evaluators=1, slug="twin"), without="key")
    assert twin > 1, "the twin without the key shows no race"
    return f"ten equal submits made 1 judgment; without the key {twin}"


def _submit_ten_times(scene: Scene, *, without: str) -> int:
    with scene.house.web(without=without):
        [person] = scene.enter()
        page = person.must_work(scene.project.slug)
        answers = at_once(
            partial(person.submit, page, 3, "Even light.") for _ in range(EQUAL_SUBMITS)
        )
    stored = [answer for answer in answers if answer.is_stored]
    assert without or len(stored) == EQUAL_SUBMITS, f"{len(stored)} of ten were taken"
    return Judgment.objects.filter(assignment=page.assignment).count()


def cc5(house: House) -> str:
    """A submit after the hold ended: accepted where the place is free, parked where it is taken."""
    free = Scene.make(house, tasks=1, evaluators=1, judgments_per_task=1, slug="free")
    with house.web():
        [person] = free.enter()
        page = person.must_work("free")
        free.let_holds_lapse()
        assert person.submit(page).is_stored
    judgment = Judgment.objects.get(project=free.project)
    assert judgment.is_late, "a late judgment is not marked as one"
    taken = Scene.make(house, tasks=1, evaluators=2, judgments_per_task=1, slug="taken")
    late, shown = _submit_late(taken, without="")
    parked = ParkedSubmit.objects.get(assignment__project=taken.project)
    assert "/parked/" in late.location, f"the late submit leads to {late.location}"
    assert "Kept, but not counted" in shown.body
    assert "Too bright." in shown.body, "the parked page does not show the text"
    assert parked.answers["quality"]["justification"] == "Too bright."
    assert taken.judgments() == 1
    lift_constraints("tasks_assignment", "tasks_task", "tasks_judgment")
    twin = Scene.make(house, tasks=1, evaluators=2, judgments_per_task=1, slug="twin")
    _submit_late(twin, without="late place")
    assert twin.judgments() > 1, "the twin that asks for no place shows no race"
    return f"free: accepted; taken: parked and shown; without asking {twin.judgments()} for 1 place"


def _submit_late(scene: Scene, *, without: str) -> tuple[Answer, Answer]:
    """Let the first evaluator submit after the second one took the place and submitted."""
    slug = scene.project.slug
    with scene.house.web(without=without):
        late, punctual = scene.enter()
        pages: list[WorkPage] = []
        for person in (late, punctual):
            pages.append(person.must_work(slug))
            if person is late:
                scene.let_holds_lapse()
        assert punctual.submit(pages[1]).is_stored
        answer = late.submit(pages[0], 2, "Too bright.")
        assert answer.is_stored, f"the late submit answered {answer.status}"
        return answer, late.get(answer.location)
