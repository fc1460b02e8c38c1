"""Whether answers are ones that the form of a version could have given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from rubrics.conditions import Gates, Place, Standing, stand
from rubrics.criteria import AnswerState, CriterionAnswer, find_type, put
from rubrics.models import Criterion, RubricVersion
from rubrics.released import criteria_of
from rubrics.subject import Subject


def fits(
    version: RubricVersion,
    subject: Subject,
    answers: Sequence[CriterionAnswer],
    *,
    only: Iterable[str] = (),
    given: Sequence[CriterionAnswer] = (),
) -> bool:
    """Return whether `answers` are complete and consistent, beside those that are `given`.

    Each place that is required has an answer, each that a gate or condition voids is void, and
    there is nothing else. `only` are the keys that were asked; empty: all of them.
    """
    criteria = criteria_of(version)
    asked = set(only) or {row.key for row in criteria}
    places = {place_of(one): one for one in (*given, *answers)}
    is_asked = all(one.criterion.key in asked for one in answers)
    is_whole = len(places) == len(given) + len(answers)
    known = {(row.key, one.position) for row in criteria for one in put(row, subject)}
    return (
        is_asked and is_whole and places.keys() <= known and not misfits(criteria, subject, places)
    )


def misfits(
    criteria: Sequence[Criterion],
    subject: Subject,
    answers: Mapping[Place, CriterionAnswer],
    but: Collection[str] = (),
) -> set[str]:
    """Return the keys of criteria whose answers are not what gates and conditions ask for.

    A required place has an answer, a void one is void, and no other is. Criteria `but` these are
    looked at; what rests on one of those has to be among them.
    """
    found: set[str] = set()
    numbers: dict[Place, float | None] = {}
    gates = Gates()
    for row in criteria:
        for asked in put(row, subject):
            place = (row.key, asked.position)
            standing = stand(row, asked.position, numbers, gates)
            if find_type(row.type).nothing_to_ask(asked):
                standing = Standing.VOID
            one = answers.get(place)
            if row.key not in but and not _suits(row, one, standing):
                found.add(row.key)
            numbers[place] = one.answer.number if one else None
            gates = gates.after(row, asked.position, numbers[place])
    return found


def place_of(given: CriterionAnswer) -> Place:
    """Return what `given` answers: a criterion's key, and the image where it is asked of each."""
    return given.criterion.key, given.image.position if given.image else None


def _suits(row: Criterion, one: CriterionAnswer | None, standing: Standing) -> bool:
    if one is None:
        return standing is Standing.OPTIONAL
    if one.criterion.pk != row.pk:
        return False
    state, level = one.answer.state, one.answer.level
    if standing is Standing.VOID or state == AnswerState.VOID:
        return standing is Standing.VOID and state == AnswerState.VOID
    if state == AnswerState.NOT_APPLICABLE:
        return row.allows_not_applicable
    return level is None or level.criterion_id == row.pk
