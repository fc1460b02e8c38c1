"""The criterion types, found by name."""

from rubrics.criteria.base import (
    Answer,
    AnswerState,
    Asked,
    CriterionAnswer,
    CriterionType,
    StoredAnswer,
    put,
)
from rubrics.criteria.choice import Choice
from rubrics.criteria.levels import Binary, Confidence, Ordinal
from rubrics.criteria.multi import Multi
from rubrics.criteria.numbers import Count, Scale
from rubrics.criteria.pairwise import Pairwise
from rubrics.criteria.questions import Questions
from rubrics.criteria.rank import Rank
from rubrics.criteria.regions import Regions
from rubrics.criteria.text import Text
from rubrics.criteria.words import Words

__all__ = [
    "Answer",
    "AnswerState",
    "Asked",
    "CriterionAnswer",
    "CriterionType",
    "StoredAnswer",
    "all_types",
    "find_type",
    "put",
    "type_choices",
]

_TYPES: dict[str, CriterionType] = {
    kind.name: kind
    for kind in (
        Ordinal(),
        Binary(),
        Choice(),
        Multi(),
        Scale(),
        Count(),
        Text(),
        Pairwise(),
        Rank(),
        Words(),
        Regions(),
        Questions(),
        Confidence(),
    )
}


def find_type(name: str) -> CriterionType:
    """Return the criterion type called `name`; raises LookupError for an unknown one."""
    try:
        return _TYPES[name]
    except KeyError:
        raise LookupError(f"There is no criterion type called “{name}”.") from None


def all_types() -> list[CriterionType]:
    """Return every type, in the order in which a lead is offered them."""
    return list(_TYPES.values())


def type_choices() -> list[tuple[str, str]]:
    """Return the types as choices for a form."""
    return [(kind.name, kind.label) for kind in _TYPES.values()]
