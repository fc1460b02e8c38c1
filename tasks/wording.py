"""Put answers, times and reasons into the words that an evaluator reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from rubrics.criteria import Answer, AnswerState, CriterionAnswer, StoredAnswer, find_type
from rubrics.models import Criterion, RubricVersion
from tasks.models import Judgment


@dataclass(frozen=True)
class AnswerInWords:
    """One criterion's answer for reading; `descriptor` is what its level means."""

    criterion: Criterion
    words: str
    descriptor: str = ""
    justification: str = ""


def judgment_in_words(judgment: Judgment) -> list[AnswerInWords]:
    """Return the scores of a stored judgment in the rubric's order.

    Of many judgments, prefetch `scores__criterion` and `scores__level` first.
    """
    if "scores" not in getattr(judgment, "_prefetched_objects_cache", {}):
        prefetch_related_objects([judgment], "scores__criterion", "scores__level")
    scores = sorted(judgment.scores.all(), key=lambda score: (score.criterion.position, score.pk))
    return [_put(score.criterion, score.state, score, score.justification) for score in scores]


def answers_in_words(answers: Iterable[CriterionAnswer]) -> list[AnswerInWords]:
    """Return answers that are not stored, for reading."""
    return [
        _put(given.criterion, given.answer.state, given.answer, given.justification)
        for given in answers
    ]


def parked_in_words(
    version: RubricVersion, data: Mapping[str, Mapping[str, Any]]
) -> list[AnswerInWords]:
    """Return answers kept as plain data by criterion key, for reading."""
    answers = []
    for criterion in version.criteria.in_order():
        if (kept := data.get(criterion.key)) is None:
            continue
        levels = {level.key: level for level in criterion.levels.all()}
        answer = Answer(
            state=AnswerState(kept["state"]),
            number=kept["number"],
            level=levels.get(kept["level"] or ""),
            text=kept["text"],
        )
        answers.append(CriterionAnswer(criterion, answer, kept["justification"]))
    return answers_in_words(answers)


def duration(seconds: float) -> str:
    """Return a time for reading: seconds, then minutes, then hours and minutes."""
    minutes = int(seconds) // 60
    if not minutes:
        return f"{int(seconds)} s"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def spread_out(context: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value of a context with its name, and with the names of what it lies in."""
    for key, value in context.items():
        name = f"{within}{key}"
        if isinstance(value, Mapping):
            yield from spread_out(value, f"{name} › ")
        else:
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _put(
    criterion: Criterion, state: str, answer: StoredAnswer, justification: str
) -> AnswerInWords:
    if state != AnswerState.ANSWERED:
        words = "Not applicable" if state == AnswerState.NOT_APPLICABLE else "Void"
        return AnswerInWords(criterion, words, justification=justification)
    kind = find_type(criterion.type)
    words = kind.show(criterion, answer)
    if answer.level and kind.measurement == "ordinal":
        words = f"{answer.level.value} {words}".replace("-", "−", 1)
    return AnswerInWords(
        criterion, words, answer.level.descriptor if answer.level else "", justification
    )
