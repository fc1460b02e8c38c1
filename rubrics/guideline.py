"""A rubric version as a document: each criterion with its rules in words."""

from __future__ import annotations

from dataclasses import dataclass

from rubrics.criteria import CriterionType, find_type
from rubrics.models import Criterion, Level, RubricVersion
from rubrics.wording import answer_rule, justification_rule


@dataclass(frozen=True)
class Clause:
    """One criterion to read: what is asked, how it is answered, when to say why."""

    number: int
    criterion: Criterion
    kind: CriterionType
    levels: list[Level]
    answer_rule: str
    justification_rule: str

    @property
    def is_ordered(self) -> bool:
        """Return whether the levels' numbers mean more than their names."""
        return self.kind.measurement != "nominal"

    @property
    def has_descriptors(self) -> bool:
        return any(level.descriptor for level in self.levels)


def read_guideline(version: RubricVersion) -> list[Clause]:
    """Return the clauses of `version` in order, in two queries."""
    return [
        Clause(
            number=number,
            criterion=criterion,
            kind=find_type(criterion.type),
            levels=list(criterion.levels.all()),
            answer_rule=answer_rule(criterion),
            justification_rule=justification_rule(criterion),
        )
        for number, criterion in enumerate(version.criteria.in_order(), start=1)
    ]
