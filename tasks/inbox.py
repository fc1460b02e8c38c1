"""The questions about a rubric, feedback and flags alike, clause by clause."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from evalhub.models import Project
from rubrics.changes import WHOLE_TITLE
from rubrics.models import Criterion, Feedback, RubricVersion
from tasks.models import Flag

PER_PAGE = 25
# Where flags stand that name no clause; sorted after every key.
NO_CLAUSE = "~"
NO_CLAUSE_TITLE = "About no clause in particular"


@dataclass(frozen=True)
class Question:
    """A remark or a flag, whichever it is."""

    is_flag: bool
    row: Feedback | Flag

    @property
    def name(self) -> str:
        """Return the field by which a form names it."""
        return "flag" if self.is_flag else "feedback"

    @property
    def id(self) -> str:
        return f"{self.name}-{self.row.pk}"


@dataclass
class InboxClause:
    """One clause of a project's rubric, with the questions of this page about it."""

    project: Project
    key: str
    title: str
    # The draft to mend it in, and the place of the clause there; none before it is begun.
    draft: RubricVersion | None
    place: int | None
    open: int
    answered: int
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox."""

    clauses: list[InboxClause]
    page: Page[dict[str, Any]]


def count_open(projects: Collection[Project]) -> int:
    """Return how many questions wait for an answer in `projects`."""
    return sum(rows.filter(state="open").count() for rows in _everything(projects))


def read_inbox(projects: Collection[Project], *, state: str = "", page: Any = 1) -> Inbox:
    """Return a page of the questions in `projects`: open ones first, clause by clause.

    The number of queries does not grow with the questions.
    """
    feedback, flags = (
        rows.filter(state=state) if state else rows for rows in _everything(projects)
    )
    index = feedback.union(flags, all=True).order_by("-state", "project", "clause", "-id")
    shown = Paginator(index, PER_PAGE).get_page(page)
    by_clause = groupby(shown, lambda row: (row["state"], row["project"], row["clause"]))
    groups = [(project, key, list(rows)) for (_, project, key), rows in by_clause]
    rows = _rows([row for _, _, listed in groups for row in listed])
    about = _Clauses(projects, {key for _, key, _ in groups})
    clauses = []
    for project, key, listed in groups:
        clause = about.clause(project, key)
        clause.questions = [rows[row["is_flag"], row["id"]] for row in listed]
        clauses.append(clause)
    return Inbox(clauses, shown)


def _everything(projects: Collection[Project]) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return feedback and flags as rows of the same columns."""
    columns = ("id", "state", "is_flag", "project", "clause")
    feedback = Feedback.objects.filter(version__rubric__project__in=projects).annotate(
        is_flag=Value(0), project=F("version__rubric__project"), clause=F("criterion_key")
    )
    named = Case(When(criterion_key="", then=Value(NO_CLAUSE)), default=F("criterion_key"))
    flags = Flag.objects.filter(task__project__in=projects).annotate(
        is_flag=Value(1), project=F("task__project"), clause=named
    )
    return feedback.order_by().values(*columns), flags.order_by().values(*columns)


def _rows(listed: Iterable[dict[str, Any]]) -> dict[tuple[int, int], Question]:
    pks: dict[int, list[int]] = {0: [], 1: []}
    for row in listed:
        pks[row["is_flag"]].append(row["id"])
    feedback = Feedback.objects.select_related(
        "version__rubric", "given_by", "answered_by", "answered_in"
    )
    flags = Flag.objects.select_related("task", "raised_by", "answered_by", "answered_in")
    return {
        **{(0, pk): Question(False, row) for pk, row in feedback.in_bulk(pks[0]).items()},
        **{(1, pk): Question(True, row) for pk, row in flags.in_bulk(pks[1]).items()},
    }


class _Clauses:
    """What is known of clauses: their newest titles, their drafts, how much is asked of each."""

    def __init__(self, projects: Collection[Project], keys: set[str]) -> None:
        self.projects = {project.pk: project for project in projects}
        self.titles: dict[tuple[int, str], str] = {}
        self.places: dict[tuple[int, str], int] = {}
        drafts = RubricVersion.objects.filter(
            rubric__project__in=projects, state=RubricVersion.State.DRAFT
        ).select_related("rubric")
        self.drafts = {draft.rubric.project_id: draft for draft in drafts}
        named = Criterion.objects.filter(version__rubric__project__in=projects, key__in=keys)
        columns = ("version__rubric__project", "key", "title", "position", "version__state")
        for project, key, title, position, state in named.order_by("version__number").values_list(
            *columns
        ):
            self.titles[project, key] = title
            if state == RubricVersion.State.DRAFT:
                self.places[project, key] = position
        self.counts: dict[tuple[int, str], list[int]] = {}
        for rows in _everything(projects):
            counted = rows.values_list("project", "clause").annotate(
                open=Count("id", filter=Q(state="open")), every=Count("id")
            )
            for project, key, waiting, every in counted.filter(clause__in=keys):
                count = self.counts.setdefault((project, key), [0, 0])
                count[0] += waiting
                count[1] += every - waiting

    def clause(self, project: int, key: str) -> InboxClause:
        waiting, answered = self.counts[project, key]
        without_title = {"": WHOLE_TITLE, NO_CLAUSE: NO_CLAUSE_TITLE}
        return InboxClause(
            project=self.projects[project],
            key="" if key == NO_CLAUSE else key,
            title=without_title.get(key) or self.titles.get((project, key), key),
            draft=self.drafts.get(project),
            place=self.places.get((project, key)),
            open=waiting,
            answered=answered,
        )
