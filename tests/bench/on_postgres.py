"""The cases on PostgreSQL: a crowd, costs compared, and pages over much work."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from tasks.models import Judgment, Task
from tests.bench.browser import Browser
from tests.bench.counts import exact_counts
from tests.bench.crowd import Errand, Trip, send_crowd
from tests.bench.figures import Figure, at_most, for_information, none_of, percentile
from tests.bench.scenes import SEED, Scenes, build, finish_all_but_held
from tests.bench.sizes import Size
from tests.bench.web import Web, prepare, running_web

WORKERS = 4
WARM_UP = 5


def measure(size: Size, folder: Path) -> list[Figure]:
    """Make the work, run all cases, and return their lines."""
    prepare()
    scenes = build(size)
    figures = [
        for_information("generating the work", f"{scenes.seconds:.0f} s", _amounts()),
    ]
    with running_web(folder, WORKERS) as web:
        figures += _compare(size, scenes, web)
        figures += _work_as_crowd(size, scenes, web)
        finish_all_but_held(scenes.many)
        figures += _open_pages(size, scenes, web)
    return figures


def _amounts() -> str:
    return f"{Task.objects.count():,} tasks, {Judgment.objects.count():,} judgments"


def _work_as_crowd(size: Size, scenes: Scenes, web: Web) -> Iterator[Figure]:
    before = Judgment.objects.filter(project=scenes.many).count()
    sessions = [person.session for person in scenes.crowd]
    where = (web.host, web.port)
    trip = send_crowd(Errand(where, "many", sessions, size.seconds, size.think_seconds, SEED))
    made = Judgment.objects.filter(project=scenes.many).count() - before
    note = f"{len(sessions)} evaluators, {WORKERS} web processes, {size.tasks:,} tasks"
    yield at_most("submit -> next, p95", 100, percentile(trip.turns, 0.95), note=note)
    yield from crowd_details(trip, size.seconds)
    yield none_of("turns that went wrong", len(trip.troubles), "; ".join(trip.troubles[:3]))
    yield none_of("answers 5xx", web.lines_with("Traceback"), "by the log of the web processes")
    yield for_information("judgments made meanwhile", f"{made:,}")
    yield from exact_counts(scenes.many)


def crowd_details(trip: Trip, seconds: float) -> Iterator[Figure]:
    """Yield how the turns of a crowd are made up."""
    median, p95 = statistics.median, 0.95
    yield for_information("submit -> next, median", f"{median(trip.turns):.0f} ms")
    yield for_information(
        "  of it computing, median and p95",
        f"{median(trip.cpu):.0f} and {percentile(trip.cpu, p95):.0f} ms",
        f"{len(trip.turns) / seconds:.1f} turns a second",
    )
    yield for_information(
        "holding the next tasks, median and p95",
        f"{median(trip.ahead):.0f} and {percentile(trip.ahead, p95):.0f} ms",
        "meanwhile: nobody waits for it",
    )


def _compare(size: Size, scenes: Scenes, web: Web) -> Iterator[Figure]:
    """Let one person after the other take a turn, in another order each round."""
    who = {
        "many": ("many", scenes.plain),
        "few": ("few", scenes.plain),
        "none behind": ("behind", scenes.plain),
        "many behind": ("behind", scenes.rich),
        "judged out": ("judged-out", scenes.plain),
    }
    people = {
        name: Browser((web.host, web.port), person.session, slug, random.Random(SEED))
        for name, (slug, person) in who.items()
    }
    for name, person in people.items():
        assert person.open_work(), name
    took: dict[str, list[float]] = {name: [] for name in people}
    chance = random.Random(SEED)
    for round_number in range(size.rounds + WARM_UP):
        for name in chance.sample(list(people), len(people)):
            turn = people[name].judge()
            if round_number >= WARM_UP:
                took[name].append(turn.submit.server_ms)
    medians = {name: statistics.median(values) for name, values in took.items()}
    pairs = (
        ("many", "few", f"{size.tasks:,} tasks against {size.few_tasks:,}"),
        ("many behind", "none behind", f"{size.behind:,} own judgments against none"),
        ("judged out", "few", f"{size.judged_out:,} judged-out tasks at the head against none"),
    )
    for much, little, what in pairs:
        note = f"medians {medians[much]:.1f} and {medians[little]:.1f} ms, {size.rounds} rounds"
        yield at_most(what, 1.5, medians[much] / medians[little], "x", note)


def _open_pages(size: Size, scenes: Scenes, web: Web) -> Iterator[Figure]:
    """Open the pages that show how much there is; with nothing left for whoever asks for a task."""
    middle = Task.objects.filter(project=scenes.many).order_by("pk")[size.tasks // 2].pk
    project = "/projects/many/"
    pages = (
        ("project list, a manager's", "/", scenes.manager),
        ("project list, an evaluator's", "/", scenes.plain),
        ("project list, with many own judgments", "/", scenes.rich),
        ("project page, a manager's", project, scenes.manager),
        ("project page, an evaluator's", project, scenes.crowd[0]),
        ("task list", f"{project}tasks/", scenes.manager),
        ("task list, half-way", f"{project}tasks/?after={middle}", scenes.manager),
        ("task list, open ones", f"{project}tasks/?state=open", scenes.manager),
        ("task list, none withdrawn", f"{project}tasks/?state=withdrawn", scenes.manager),
        ("queue page, nothing left", f"{project}work/", scenes.late),
    )
    for what, path, person in pages:
        browser = Browser((web.host, web.port), person.session, "many", random.Random(SEED))
        answers = [browser.get(path) for _ in range(size.pages + 1)][1:]
        assert all(answer.status == 200 for answer in answers), (what, answers[0].status)
        took = [answer.server_ms for answer in answers]
        worst = f"median {statistics.median(took):.0f} ms"
        yield at_most(f"{what}, p95", 200, percentile(took, 0.95), note=worst)
