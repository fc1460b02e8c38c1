"""Whether answers are ones that the form of a version could have given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rubrics.conditions import Gates, Place, Standing, stand
from rubrics.criteria import AnswerState, CriterionAnswer, find_type, put
from rubrics.models import Criterion, RubricVersion
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
    criteria = list(version.criteria.in_order())
    asked = set(only) or {row.key for row in criteria}
    by_place = {place_of(one): one for one in answers}
    known = {place_of(one): one for one in given}
    if len(by_place) != len(answers):
        return False
    numbers: dict[Place, float | None] = {}
    gates = Gates()
    for row in criteria:
        for asked_about in put(row, subject):
            image = asked_about.position
            place = (row.key, image)
            standing = stand(row, image, numbers, gates)
            if find_type(row.type).nothing_to_ask(asked_about):
                standing = Standing.VOID
            one = by_place.pop(place, None) if row.key in asked else known.get(place)
            if row.key in asked and not _suits(row, one, standing):
                return False
            numbers[place] = one.answer.number if one else None
            gates = gates.after(row, image, numbers[place])
    return not by_place


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
