"""A rubric version as a document: each criterion with its rules in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404

from evalhub.models import Project, User
from rubrics import wording
from rubrics.citations import first_mark, mark_prefixes
from rubrics.criteria import CriterionType, find_type
from rubrics.models import Criterion, Feedback, Level, RubricVersion


@dataclass(frozen=True)
class LevelGroup:
    """Levels that stand together, as in a taxonomy; most criteria have one without a title."""

    title: str
    levels: list[Level]


@dataclass(frozen=True)
class Clause:
    """One criterion to read: what is asked, how it is answered, when to say why."""

    number: int
    criterion: Criterion
    kind: CriterionType
    levels: list[Level]
    answer_rule: str
    justification_rule: str
    condition_rule: str = ""
    gate_rule: str = ""
    # The heading that stands above the clause where a section begins.
    section: str = ""

    @property
    def is_ordered(self) -> bool:
        """Return whether the levels' numbers mean more than their names."""
        return self.kind.has_levels and self.kind.measurement != "nominal"

    @property
    def has_descriptors(self) -> bool:
        return any(level.descriptor for level in self.levels)

    @property
    def has_examples(self) -> bool:
        return any(level.example_id for level in self.levels)

    @property
    def columns(self) -> int:
        """Return how many columns the table of levels has."""
        return 1 + self.is_ordered + self.has_descriptors + self.has_examples

    @property
    def level_groups(self) -> list[LevelGroup]:
        """Return the levels by group, the groups in the order of their first level."""
        found: dict[str, list[Level]] = defaultdict(list)
        for level in self.levels:
            found[level.group].append(level)
        return [LevelGroup(title, levels) for title, levels in found.items()]


@dataclass(frozen=True)
class Remarks:
    """What one reader has said about one clause (the empty key: the instruction)."""

    version: RubricVersion
    key: str
    title: str
    given: list[Feedback]


def read_guideline(version: RubricVersion) -> list[Clause]:
    """Return the clauses of `version` in order, in three queries at most."""
    criteria = list(version.criteria.in_order())
    by_key = {criterion.key: criterion for criterion in criteria}
    begins = {
        next(rows).pk: section for section, rows in groupby(criteria, lambda row: row.section)
    }
    mark = first_mark(mark_prefixes((row.key, row.type) for row in criteria))
    return [
        Clause(
            number=number,
            criterion=criterion,
            kind=find_type(criterion.type),
            levels=list(criterion.levels.all()),
            answer_rule=wording.answer_rule(criterion),
            justification_rule=wording.justification_rule(criterion, mark),
            condition_rule=wording.condition_rule(
                criterion, by_key.get(criterion.condition_criterion)
            ),
            gate_rule=wording.gate_rule(criterion),
            section=begins.get(criterion.pk, ""),
        )
        for number, criterion in enumerate(criteria, start=1)
    ]


def released_version(project: Project, number: str = "") -> RubricVersion | None:
    """Return the release `number` of the project's rubric, the one in use where none is named.

    None where nothing is released yet; Http404 for a number that is no release.
    """
    released = RubricVersion.objects.filter(rubric__project=project).select_related("rubric")
    if not number:
        return released.filter(state=RubricVersion.State.PUBLISHED).first()
    # Longer numbers are no version's, and would not fit into the column.
    is_number = number.isascii() and number.isdigit() and len(number) < 9
    found = (
        released.exclude(state=RubricVersion.State.DRAFT).filter(number=number).first()
        if is_number
        else None
    )
    if found is None:
        raise Http404("There is no such version, or it is not released.")
    return found


def remarks_of(reader: User, version: RubricVersion, clauses: list[Clause]) -> dict[str, Remarks]:
    """Return by clause what `reader` has said about `version`, in one query."""
    given: dict[str, list[Feedback]] = defaultdict(list)
    own = version.feedback.filter(given_by=reader).select_related("answered_in")
    for remark in own.order_by("created_at", "pk"):
        given[remark.criterion_key].append(remark)
    titles = {"": "the instruction"}
    titles |= {clause.criterion.key: f"“{clause.criterion.title}”" for clause in clauses}
    return {key: Remarks(version, key, title, given[key]) for key, title in titles.items()}
