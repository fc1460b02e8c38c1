"""An evaluator's last judgments, for the list from which they go back to one."""

from __future__ import annotations

from dataclasses import dataclass

from evalhub.models import Project, User
from tasks.changeable import reasons_of_the_last
from tasks.models import Judgment
from tasks.subject import subject_of
from tasks.wording import WITH_SCORES, AnswerInWords, judgment_in_words

ANSWERS_SHOWN = 3


@dataclass(frozen=True)
class OwnJudgment:
    """One of the last judgments: its first answers, and why it stays as it is, if so."""

    judgment: Judgment
    answers: list[AnswerInWords]
    more: int
    why_not: str


def last_judgments(user: User, project: Project) -> list[OwnJudgment]:
    """Return the last judgments of `user`, the newest first, in a fixed number of queries."""
    judgments = list(
        Judgment.objects.last_of(user, project)
        .select_related("project", "task", "version", "assignment")
        .prefetch_related(*WITH_SCORES)
    )
    reasons = reasons_of_the_last(judgments)
    return [_row(judgment, reasons[judgment.pk]) for judgment in judgments]


def _row(judgment: Judgment, why_not: str) -> OwnJudgment:
    subject = subject_of(judgment.task, judgment.assignment.image_order)
    answers = judgment_in_words(judgment, subject)
    return OwnJudgment(
        judgment, answers[:ANSWERS_SHOWN], max(len(answers) - ANSWERS_SHOWN, 0), why_not
    )
