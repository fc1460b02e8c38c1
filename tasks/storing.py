"""Store answers as a judgment: what a submit, a parked submit and a revision have in common."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rubrics.criteria import Answer, AnswerState, CriterionAnswer, put
from rubrics.models import RubricVersion
from rubrics.subject import Subject
from tasks.carried import CarriedAnswer, asked_again
from tasks.fitting import fits
from tasks.models import Assignment, Judgment, Score
from tasks.subject import subject_of


@dataclass(frozen=True)
class Viewing:
    """How the task was looked at, as the browser told it."""

    opened_at: datetime | None = None
    active_seconds: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def answers_as_data(answers: Sequence[CriterionAnswer]) -> dict[str, Any]:
    """Return the answers as plain data by criterion key."""
    return {
        _place(given): {
            "state": given.answer.state,
            "number": given.answer.number,
            "level": given.answer.level.key if given.answer.level else None,
            "text": given.answer.text,
            "data": given.answer.data,
            "justification": given.justification,
        }
        for given in answers
    }


def answers_from_data(
    version: RubricVersion, subject: Subject, data: Mapping[str, Mapping[str, Any]]
) -> list[CriterionAnswer]:
    """Return what `answers_as_data` was given, in the order of the rubric."""
    answers = []
    for criterion in version.criteria.in_order():
        levels = {level.key: level for level in criterion.levels.all()}
        for asked in put(criterion, subject):
            if (kept := data.get(asked.key)) is None:
                continue
            answer = Answer(
                state=AnswerState(kept["state"]),
                number=kept["number"],
                level=levels.get(kept["level"] or ""),
                text=kept["text"],
                data=kept.get("data") or {},
            )
            answers.append(CriterionAnswer(criterion, answer, kept["justification"], asked.image))
    return answers


def _place(given: CriterionAnswer) -> str:
    key = given.criterion.key
    return f"{key}-{given.image.position}" if given.image else key


def stored_answers(judgment: Judgment, subject: Subject) -> list[CriterionAnswer]:
    """Return the answers of a stored judgment, those among them that it took over."""
    scores = judgment.scores.select_related("criterion", "level", "image").order_by("pk")
    return [
        CriterionAnswer(
            criterion=score.criterion,
            answer=Answer(
                state=AnswerState(score.state),
                number=score.number,
                level=score.level,
                text=score.text,
                data=score.data,
            ),
            justification=score.justification,
            image=subject.find_image(score.image.position) if score.image else None,
        )
        for score in scores
    ]


def hash_answers(answers: Sequence[CriterionAnswer]) -> str:
    """Return the SHA-256, in hex, of the answers' content."""
    content = json.dumps(answers_as_data(answers), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def check_answers(
    assignment: Assignment, answers: Sequence[CriterionAnswer]
) -> tuple[CarriedAnswer, ...]:
    """Raise ValueError for answers that no form of the assignment's version could have given.

    Returns what they leave out because a follow-up takes it over.
    """
    subject = subject_of(assignment.task, assignment.image_order)
    again = asked_again(assignment, subject)
    if not fits(assignment.version, subject, answers, only=again.only, given=again.given):
        raise ValueError("The answers do not fit the rubric version the task was opened with.")
    return again.carried


def store_judgment(
    assignment: Assignment,
    answers: Sequence[CriterionAnswer],
    carried: Sequence[CarriedAnswer],
    *,
    vote: int,
    submit_key: uuid.UUID,
    submitted_at: datetime,
    viewing: Viewing,
    revision: int = 1,
    is_late: bool = False,
) -> Judgment:
    """Insert a judgment with its scores, `carried` ones among them, as the one that counts.

    The caller has locked the task, checked the answers, and settles.
    """
    judgment = Judgment.objects.create(
        assignment=assignment,
        project=assignment.project,
        task=assignment.task,
        evaluator_id=assignment.evaluator_id,
        version=assignment.version,
        revision=revision,
        vote=vote,
        submit_key=submit_key,
        content_hash=hash_answers(answers),
        is_late=is_late,
        opened_at=viewing.opened_at or assignment.opened_at or assignment.created_at,
        submitted_at=submitted_at,
        active_seconds=viewing.active_seconds,
        viewing=viewing.facts,
    )
    _store_scores(judgment, answers, carried)
    assignment.judgment = judgment
    return judgment


def _store_scores(
    judgment: Judgment,
    answers: Sequence[CriterionAnswer],
    carried: Sequence[CarriedAnswer],
) -> None:
    """Store what was answered, and what is taken over so that the judgment is complete."""
    images = {row.position: row for row in judgment.task.task_images.all()}
    sources: list[tuple[CriterionAnswer, int | None]] = [(given, None) for given in answers]
    sources += [(one.given, one.judgment_id) for one in carried]
    Score.objects.bulk_create(
        Score(
            judgment=judgment,
            criterion=given.criterion,
            image=images[given.image.position] if given.image else None,
            carried_from_id=source,
            state=given.answer.state,
            number=given.answer.number,
            level=given.answer.level,
            text=given.answer.text,
            data=given.answer.data,
            justification=given.justification,
        )
        for given, source in sources
    )
