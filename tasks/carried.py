"""What a follow-up asks again of an evaluator, and what it takes over from before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rubrics.changes import ASKED_AGAIN
from rubrics.conditions import depend_on
from rubrics.criteria import Answer, AnswerState, CriterionAnswer
from rubrics.models import Criterion, CriterionChange, RubricVersion
from rubrics.subject import Subject
from tasks.fitting import misfits, place_of
from tasks.models import Assignment, Judgment, Score
from tasks.subject import subject_of


@dataclass(frozen=True)
class CarriedAnswer:
    """An answer that is taken over, and the judgment in which it was given."""

    given: CriterionAnswer
    judgment_id: int


@dataclass(frozen=True)
class AskedAgain:
    """The keys of the criteria that are asked (empty: all), and the answers to the others."""

    only: frozenset[str] = frozenset()
    carried: tuple[CarriedAnswer, ...] = ()

    @property
    def given(self) -> list[CriterionAnswer]:
        return [one.given for one in self.carried]


def asked_again(assignment: Assignment, subject: Subject | None = None) -> AskedAgain:
    """Return what the form of `assignment` asks, and what it takes over.

    A task asked in full asks everything. A follow-up asks its own criteria, what a later release
    broke besides, what rests on either, and what cannot be taken over as it is.
    """
    task = assignment.task
    if not (task.criteria and task.follows_id):
        return AskedAgain()
    source = (
        Judgment.objects.current()
        .filter(task=task.follows_id, evaluator=assignment.evaluator_id)
        .select_related("version")
        .first()
    )
    if source is None:
        return AskedAgain()
    version = assignment.version
    criteria = {row.key: row for row in version.criteria.in_order()}
    wanted = set(task.criteria) | keys_asked_again(source.version, version, criteria.values())
    scores = list(source.scores.select_related("criterion", "level", "image").order_by("pk"))
    wanted |= _not_takeable(scores, criteria)
    about = subject or subject_of(task, assignment.image_order)
    taken = [
        CarriedAnswer(_take_over(score, criteria, about), score.carried_from_id or source.pk)
        for score in scores
        if score.criterion.key in criteria
    ]
    only = _with_misfits(list(criteria.values()), about, taken, wanted)
    return AskedAgain(
        frozenset(only), tuple(one for one in taken if one.given.criterion.key not in only)
    )


def _with_misfits(
    rows: list[Criterion], subject: Subject, taken: list[CarriedAnswer], wanted: set[str]
) -> set[str]:
    """Return the keys in `wanted` and all that has to be asked with them.

    That is what rests on them, and what cannot stand beside the rest as it was answered: an answer
    that a gate made void is missing once the gate is gone.
    """
    while True:
        only = depend_on(rows, wanted) & {row.key for row in rows}
        kept = {
            place_of(one.given): one.given for one in taken if one.given.criterion.key not in only
        }
        found = misfits(rows, subject, kept, but=only)
        if not found:
            return only
        wanted = only | found


def keys_asked_again(
    earlier: RubricVersion, later: RubricVersion, criteria: Iterable[Criterion]
) -> set[str]:
    """Return the keys of `criteria`, which are those of `later`, that are to be asked again.

    What releases since `earlier` broke or added, and what rests on it; all where the whole broke.
    """
    broken = set(
        CriterionChange.objects.filter(
            version__rubric=later.rubric_id,
            version__number__gt=earlier.number,
            version__number__lte=later.number,
            decided__in=ASKED_AGAIN,
        ).values_list("criterion_key", flat=True)
    )
    rows = list(criteria)
    keys = {row.key for row in rows}
    return keys if "" in broken else depend_on(rows, broken & keys)


def _not_takeable(scores: list[Score], criteria: dict[str, Criterion]) -> set[str]:
    """Return the keys of scores that the criterion, as it is now, has no place for."""
    found = set()
    for score in scores:
        row = criteria.get(score.criterion.key)
        if row is None:
            continue
        keys = {level.key for level in row.levels.all()}
        is_lost = score.level is not None and score.level.key not in keys
        if is_lost or row.is_per_image != (score.image_id is not None):
            found.add(row.key)
    return found


def _take_over(score: Score, criteria: dict[str, Criterion], subject: Subject) -> CriterionAnswer:
    row = criteria[score.criterion.key]
    key = score.level.key if score.level else None
    return CriterionAnswer(
        criterion=row,
        answer=Answer(
            state=AnswerState(score.state),
            number=score.number,
            level=next((level for level in row.levels.all() if level.key == key), None),
            text=score.text,
            data=score.data,
        ),
        justification=score.justification,
        image=subject.find_image(score.image.position) if score.image else None,
    )
