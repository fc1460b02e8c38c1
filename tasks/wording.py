"""Put answers, times and reasons into the words that an evaluator reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from rubrics.citations import mark_prefixes
from rubrics.criteria import (
    AnswerState,
    Asked,
    CriterionAnswer,
    StoredAnswer,
    find_type,
)
from rubrics.forms import AnswersForm
from rubrics.models import Criterion, RubricVersion
from rubrics.subject import Subject
from tasks.models import Judgment
from tasks.storing import answers_from_data
from tasks.subject import subject_of


@dataclass(frozen=True)
class AnswerInWords:
    """One criterion's answer for reading; `descriptor` is what its level means."""

    asked: Asked
    words: str
    descriptor: str = ""
    justification: str = ""
    level_id: int | None = None

    @property
    def criterion(self) -> Criterion:
        return self.asked.criterion


WITH_SCORES = (
    "scores__criterion",
    "scores__level",
    "scores__image",
    "task__task_images__image",
    "version__criteria",
)


def judgment_in_words(judgment: Judgment, subject: Subject | None = None) -> list[AnswerInWords]:
    """Return the scores of a stored judgment in the rubric's order.

    `subject` is the task with its images named as the reader knows them, in their own order where
    none is given. Of many judgments, prefetch WITH_SCORES first.
    """
    if "scores" not in getattr(judgment, "_prefetched_objects_cache", {}):
        prefetch_related_objects([judgment], *WITH_SCORES)
    about = subject or subject_of(judgment.task)
    prefixes = mark_prefixes((row.key, row.type) for row in judgment.version.criteria.all())
    scores = sorted(
        judgment.scores.all(),
        key=lambda score: (score.criterion.position, score.image.position if score.image else 0),
    )
    return [
        _put(
            Asked(
                score.criterion,
                about,
                about.find_image(score.image.position) if score.image else None,
                prefixes.get(score.criterion.key, ""),
            ),
            score.state,
            score,
            score.justification,
        )
        for score in scores
    ]


def answers_in_words(answers: Iterable[CriterionAnswer], form: AnswersForm) -> list[AnswerInWords]:
    """Return answers that are not stored, to what `form` asks, for reading."""
    return [
        _put(
            Asked(
                given.criterion,
                form.subject,
                given.image,
                form.mark_prefixes.get(given.criterion.key, ""),
            ),
            given.answer.state,
            given.answer,
            given.justification,
        )
        for given in answers
    ]


def parked_in_words(
    version: RubricVersion, data: Mapping[str, Mapping[str, Any]], subject: Subject
) -> list[AnswerInWords]:
    """Return answers kept as plain data by the key of what was asked, for reading."""
    form = AnswersForm(version=version, subject=subject)
    return answers_in_words(answers_from_data(version, subject, data), form)


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


def _put(asked: Asked, state: str, answer: StoredAnswer, justification: str) -> AnswerInWords:
    if state != AnswerState.ANSWERED:
        words = "Not applicable" if state == AnswerState.NOT_APPLICABLE else "Void"
        return AnswerInWords(asked, words, justification=justification)
    kind = find_type(asked.criterion.type)
    words = kind.show(asked, answer)
    if answer.level and kind.measurement == "ordinal":
        words = f"{answer.level.value} {words}".replace("-", "−", 1)
    return AnswerInWords(
        asked,
        words,
        answer.level.descriptor if answer.level else "",
        justification,
        answer.level.pk if answer.level else None,
    )
