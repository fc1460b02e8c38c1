"""What there is to do for one person, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from evalhub.models import Membership, Project, Role, User
from evalhub.work import WorkState
from reviews.models import Audit, Export
from rubrics.models import Criterion, Feedback, RubricVersion
from tasks.models import Assignment, Batch, Flag, Judgment, ParkedSubmit
from tasks.progress import Progress, progress_of
from tasks.queue import projects_with_tasks

Row = TypeVar("Row")

# A parked submit is news for a week, and so is what became of it; then it is found by project.
PARKED_IS_NEWS = timedelta(days=7)
# So many answers are shown at once; putting some away brings up the rest.
MOST_NEWS = 20


@dataclass(frozen=True)
class JudgingCard:
    """A project in which the person judges."""

    project: Project
    has_tasks: bool
    is_holding: bool
    today: int
    parked: list[ParkedSubmit]

    @property
    def waits(self) -> bool:
        return self.has_tasks or self.is_holding


@dataclass(frozen=True)
class ReviewCard:
    """A project whose judgments the person audits."""

    project: Project
    waiting: int

    @property
    def waits(self) -> bool:
        return self.waiting > 0


@dataclass(frozen=True)
class LeadCard:
    """A project whose rubric the person writes and whose flags the person answers."""

    project: Project
    published: RubricVersion | None
    draft: RubricVersion | None
    flags: int
    feedback: int
    parked: int

    @property
    def waits(self) -> bool:
        return not self.published or bool(self.draft or self.flags or self.feedback or self.parked)


Card = TypeVar("Card", JudgingCard, ReviewCard, LeadCard)


@dataclass(frozen=True)
class ManagerCard:
    """A project that the person runs, with the batches and exports that need a look."""

    project: Project
    progress: Progress
    has_rubric: bool
    batches: list[Batch]
    exports: list[Export]


@dataclass(frozen=True)
class News:
    """An answer to what the person asked: about which clause, in words or by which release."""

    project: Project
    about: str
    asked: Feedback | Flag
    address: str

    @property
    def is_flag(self) -> bool:
        return isinstance(self.asked, Flag)

    @property
    def said(self) -> str:
        return self.asked.note if isinstance(self.asked, Flag) else self.asked.text


@dataclass(frozen=True)
class Home:
    """The news and the cards of one person, by role."""

    news: list[News]
    judging: list[JudgingCard]
    reviewing: list[ReviewCard]
    leading: list[LeadCard]
    managing: list[ManagerCard]

    @property
    def is_empty(self) -> bool:
        return not (self.news or self.judging or self.reviewing or self.leading or self.managing)


def home_of(user: User) -> Home:
    """Return the cards of `user` by role: first where something waits, then by name."""
    by_role: dict[Role, list[Project]] = defaultdict(list)
    held = Membership.objects.filter(user=user).select_related("project")
    for membership in held.order_by("project__name", "project"):
        by_role[Role(membership.role)].append(membership.project)
    return Home(
        news=_news(user),
        judging=_waiting_first(_judging(user, by_role[Role.EVALUATOR])),
        reviewing=_waiting_first(_reviewing(user, by_role[Role.REVIEWER])),
        leading=_waiting_first(_leading(by_role[Role.LEAD])),
        managing=_managing(by_role[Role.MANAGER]),
    )


def _news(user: User) -> list[News]:
    feedback = Feedback.objects.news_for(user).select_related(
        "version__rubric__project", "answered_in"
    )[:MOST_NEWS]
    flags = Flag.objects.news_for(user).select_related("task__project", "answered_in")[:MOST_NEWS]
    found = [
        (row.version.rubric.project, "feedback-seen", row.criterion_key, row) for row in feedback
    ] + [(row.task.project, "flag-seen", row.criterion_key, row) for row in flags]
    titles = _titles([(project, key) for project, _, key, _ in found if key])
    news = [
        News(
            project=project,
            about=titles.get((project.pk, key), key) or _about(row),
            asked=row,
            address=reverse(name, args=[row.pk]),
        )
        for project, name, key, row in found
    ]
    return sorted(news, key=lambda one: one.asked.answered_at or one.asked.created_at, reverse=True)


def _about(row: Feedback | Flag) -> str:
    return row.task.key if isinstance(row, Flag) else "the instruction"


def _titles(clauses: list[tuple[Project, str]]) -> dict[tuple[int, str], str]:
    """Return the newest released title of each clause, in one query."""
    rows = Criterion.objects.filter(
        version__rubric__project__in={project.pk for project, _ in clauses},
        key__in={key for _, key in clauses},
    ).exclude(version__state=RubricVersion.State.DRAFT)
    columns = ("version__rubric__project", "key", "title")
    listed = rows.order_by("version__number").values_list(*columns)
    return {(project, key): f"“{title}”" for project, key, title in listed}


def _judging(user: User, projects: list[Project]) -> list[JudgingCard]:
    if not projects:
        return []
    has_tasks = projects_with_tasks(user, projects)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = _count(
        Judgment.objects.filter(evaluator=user, revision=1, submitted_at__gte=midnight), "project"
    )
    holding = _count(Assignment.objects.held_by(user), "project")
    parked = _by_project(
        _parked_lately().filter(assignment__evaluator=user).select_related("assignment__task"),
        lambda row: row.assignment.task.project_id,
    )
    return [
        JudgingCard(
            project=project,
            has_tasks=project.pk in has_tasks,
            is_holding=project.pk in holding and project.is_active,
            today=today.get(project.pk, 0),
            parked=parked[project.pk],
        )
        for project in projects
    ]


def _reviewing(user: User, projects: list[Project]) -> list[ReviewCard]:
    if not projects:
        return []
    audits = Audit.objects.for_reviewer(user).filter(state=Audit.State.WAITING)
    waiting = _count(audits, "project")
    return [ReviewCard(project, waiting.get(project.pk, 0)) for project in projects]


def _leading(projects: list[Project]) -> list[LeadCard]:
    if not projects:
        return []
    versions = RubricVersion.objects.filter(
        rubric__project__in=projects,
        state__in=[RubricVersion.State.DRAFT, RubricVersion.State.PUBLISHED],
    ).select_related("rubric")
    by_state = {(row.rubric.project_id, row.state): row for row in versions}
    flags = _count(
        Flag.objects.filter(task__project__in=projects, state=Flag.State.OPEN), "task__project"
    )
    feedback = _count(
        Feedback.objects.filter(version__rubric__project__in=projects, state=Feedback.State.OPEN),
        "version__rubric__project",
    )
    parked = _count(
        ParkedSubmit.objects.filter(
            assignment__task__project__in=projects, state=ParkedSubmit.State.WAITING
        ),
        "assignment__task__project",
    )
    return [
        LeadCard(
            project=project,
            published=by_state.get((project.pk, RubricVersion.State.PUBLISHED)),
            draft=by_state.get((project.pk, RubricVersion.State.DRAFT)),
            flags=flags.get(project.pk, 0),
            feedback=feedback.get(project.pk, 0),
            parked=parked.get(project.pk, 0),
        )
        for project in projects
    ]


def _managing(projects: list[Project]) -> list[ManagerCard]:
    if not projects:
        return []
    progress = progress_of(projects)
    with_rubric = _count(_published().filter(rubric__project__in=projects), "rubric__project")
    unfinished = ~Q(work_state=WorkState.DONE)
    batches = _by_project(Batch.objects.filter(unfinished, project__in=projects), _project_id)
    exports = _by_project(Export.objects.filter(unfinished, project__in=projects), _project_id)
    return [
        ManagerCard(
            project=project,
            progress=progress[project.pk],
            has_rubric=project.pk in with_rubric,
            batches=batches[project.pk],
            exports=exports[project.pk],
        )
        for project in projects
    ]


def _waiting_first(cards: list[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (not card.waits, not card.project.is_active))


def _published() -> QuerySet[RubricVersion]:
    return RubricVersion.objects.filter(state=RubricVersion.State.PUBLISHED)


def _parked_lately() -> QuerySet[ParkedSubmit]:
    since = timezone.now() - PARKED_IS_NEWS
    return ParkedSubmit.objects.filter(Q(created_at__gte=since) | Q(decided_at__gte=since))


def _count(rows: QuerySet[Any], project: str) -> dict[int, int]:
    """Return the number of rows by the id of the project at the path `project`."""
    return dict(rows.order_by().values_list(project).annotate(n=Count("pk")))


def _project_id(row: Batch | Export) -> int:
    return row.project_id


def _by_project(rows: Iterable[Row], project_of: Callable[[Row], int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[project_of(row)].append(row)
    return found
