"""Make a project that has been worked in for weeks: the same one for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from django.utils import timezone

from evalhub.models import Project, User
from rubrics.models import RubricVersion
from tasks.models import Assignment, Batch, Image, Judgment, Rendition, Score, Task, TaskImage
from tests.bench.bulk import Load, Row, loading, next_id, write

ASKED = 3
TASKS_PER_BATCH = 10_000
IMAGES = 2_000
DAYS = 60
LARGEST_SHUFFLE = 2**31


@dataclass(frozen=True)
class Stretch:
    """Tasks in a row, with so many judgments each: by `only` one, or by a random few of all."""

    tasks: int
    done: int
    only: User | None = None
    priority: int = 0
    # Met by the queue as open first, and judged out afterwards, as it happens in real life.
    was_queued: bool = False


@dataclass(frozen=True)
class Made:
    """One task of the past and those who judged it."""

    number: int
    stretch: Stretch
    judges: list[int]


@dataclass(frozen=True)
class Given:
    """One judgment of the past."""

    number: int
    task: int
    place: int
    judge: int
    level: int
    at: str


class Past:
    """The rows of one project's past, drawn from a seed as often as they are needed."""

    def __init__(
        self, version: RubricVersion, people: list[User], stretches: list[Stretch], seed: int
    ) -> None:
        self.project: Project = version.rubric.project
        self.version, self.stretches, self.seed = version, stretches, seed
        self.people = [user.pk for user in people]
        self.criterion = version.criteria.in_order()[0]
        self.levels = list(self.criterion.levels.order_by("value"))
        self.first = {
            model: next_id(model) for model in (Batch, Task, TaskImage, Assignment, Judgment, Score)
        }
        midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.end = midnight - timedelta(hours=1)
        self.total = sum(stretch.tasks * stretch.done for stretch in stretches)

    def write(self, by: User) -> None:
        """Write it all; the counters of batches and tasks are those that `settle` would write."""
        images = list(Image.objects.order_by("pk").values_list("pk", flat=True)[:IMAGES])
        with loading(Task, TaskImage, Assignment, Judgment, Score, Batch):
            write(self._batches(by))
            write(self._tasks())
            write(self._links(images or make_images()))
            write(self._assignments())
            write(self._judgments())
            write(self._scores())
        self._judge_out()

    def _made(self) -> Iterator[Made]:
        chance = random.Random(self.seed)
        numbers = count()
        for stretch in self.stretches:
            only = [stretch.only.pk] if stretch.only else []
            for _ in range(stretch.tasks):
                others = chance.sample(self.people, stretch.done - len(only))
                yield Made(next(numbers), stretch, [*only, *others])

    def _given(self) -> Iterator[Given]:
        """Yield the judgments from the oldest to the newest."""
        chance = random.Random(self.seed + 1)
        begin = self.end - timedelta(days=DAYS)
        step = timedelta(days=DAYS) / max(self.total, 1)
        number = 0
        for made in self._made():
            for place, judge in enumerate(made.judges, start=1):
                level = min(max(made.number % 5 + chance.choice((-1, 0, 0, 0, 1)), 0), 4)
                at = _spell(begin + step * number)
                yield Given(number, self.first[Task] + made.number, place, judge, level, at)
                number += 1

    def _batches(self, by: User) -> Load:
        columns = "id project_id name source tasks_open tasks_finished judgments_done"
        columns += " judgments_asked is_listed created_by_id created_at work_state"
        return Load(Batch, columns.split(), self._batch_rows(by))

    def _batch_rows(self, by: User) -> Iterator[Row]:
        counters: dict[int, list[int]] = {}
        for made in self._made():
            row = counters.setdefault(made.number // TASKS_PER_BATCH, [0, 0, 0, 0])
            is_finished = made.stretch.done >= ASKED
            row[1 if is_finished else 0] += 1
            row[2] += made.stretch.done
            row[3] += ASKED
        at = _spell(self.end - timedelta(days=DAYS))
        for number, counts in counters.items():
            name = f"Batch {number + 1}"
            yield (
                *(self.first[Batch] + number, self.project.pk, name, "folder"),
                *(*counts, True, by.pk, at, "done"),
            )

    def _tasks(self) -> Load:
        columns = "id project_id batch_id key state priority prompt hidden_context"
        columns += " judgments_per_task judgments_done free_places shuffle offered_at created_at"
        return Load(Task, columns.split(), self._task_rows())

    def _task_rows(self) -> Iterator[Row]:
        chance = random.Random(self.seed + 2)
        begin = self.end - timedelta(days=DAYS)
        created = _spell(begin)
        for made in self._made():
            done, number = made.stretch.done, made.number
            is_open = done < ASKED or made.stretch.was_queued
            offered_at = _spell(begin + timedelta(seconds=number)) if done else None
            yield (
                *(self.first[Task] + number, self.project.pk),
                *(self.first[Batch] + number // TASKS_PER_BATCH, f"picture {number:07}"),
                *("open" if is_open else "finished", made.stretch.priority),
                *("A harbour in the evening, seen from a hill", '{"model": "m1"}'),
                *(ASKED, done if not made.stretch.was_queued else 0),
                ASKED if made.stretch.was_queued else ASKED - done,
                *(chance.randrange(LARGEST_SHUFFLE), offered_at, created),
            )

    def _links(self, images: list[int]) -> Load:
        rows = (
            (self.first[TaskImage] + made.number, self.first[Task] + made.number,
             images[made.number % len(images)], "candidate", 0)
            for made in self._made()
        )  # fmt: skip
        return Load(TaskImage, ("id", "task_id", "image_id", "role", "position"), rows)

    def _assignments(self) -> Load:
        columns = "id task_id project_id evaluator_id version_id state place places leased_until"
        columns += " created_at opened_at closed_at submit_key judgment_id"
        rows = (
            (self.first[Assignment] + given.number, given.task, self.project.pk, given.judge,
             self.version.pk, "submitted", given.place, ASKED, given.at, given.at, given.at,
             given.at, self._key(Assignment, given), self.first[Judgment] + given.number)
            for given in self._given()
        )  # fmt: skip
        return Load(Assignment, columns.split(), rows)

    def _judgments(self) -> Load:
        columns = "id assignment_id project_id task_id evaluator_id version_id revision vote"
        columns += " submit_key content_hash is_late opened_at submitted_at active_seconds"
        rows = (
            (self.first[Judgment] + given.number, self.first[Assignment] + given.number,
             self.project.pk, given.task, given.judge, self.version.pk, 1, given.place,
             self._key(Judgment, given), f"{given.number:064x}", False, given.at, given.at, 20)
            for given in self._given()
        )  # fmt: skip
        return Load(Judgment, columns.split(), rows)

    def _scores(self) -> Load:
        columns = "id judgment_id criterion_id number level_id"
        rows = (
            (self.first[Score] + given.number, self.first[Judgment] + given.number,
             self.criterion.pk, self.levels[given.level].value, self.levels[given.level].pk)
            for given in self._given()
        )  # fmt: skip
        return Load(Score, columns.split(), rows)

    def _key(self, model: type[Assignment] | type[Judgment], given: Given) -> str:
        return f"{self.first[model] + given.number:032x}"

    def _judge_out(self) -> None:
        """Take those tasks out of the queue that lay at its head until they were judged."""
        number = 0
        for stretch in self.stretches:
            first = self.first[Task] + number
            number += stretch.tasks
            if stretch.was_queued:
                rows = Task.objects.filter(pk__gte=first, pk__lt=first + stretch.tasks)
                rows.update(state="finished", free_places=0, judgments_done=ASKED)


def make_images() -> list[int]:
    """Make the images that the tasks of all projects share, with their renditions' rows."""
    images = Image.objects.bulk_create(
        Image(
            sha256=f"{number:064x}",
            key=f"images/{number}",
            format="JPEG",
            width=4000,
            height=3000,
            bytes=4_000_000,
            work_state="done",
        )
        for number in range(IMAGES)
    )
    sizes = {"thumbnail": 320, "screen": 2000, "full": 4000}
    Rendition.objects.bulk_create(
        Rendition(
            image=image,
            kind=kind,
            key=f"renditions/{image.pk}-{kind}",
            content_type="image/jpeg",
            width=width,
            height=width * 3 // 4,
            bytes=width * 100,
            sha256=image.sha256,
        )
        for image in images
        for kind, width in sizes.items()
    )
    return [image.pk for image in images]


def _spell(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
