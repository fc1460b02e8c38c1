"""What answering a remark and answering a flag have in common; the caller locks and permits."""

from __future__ import annotations

from django.utils import timezone

from evalhub.actions.log import log_action
from evalhub.models import Project, User
from rubrics.models import Question, RubricVersion


def write_answer(
    question: Question,
    *,
    actor: User,
    verb: str,
    project: Project,
    answer: str,
    version: RubricVersion | None,
) -> bool:
    """Answer a locked question in words, by `version`, or both; the same again changes nothing.

    Return False where it has another answer, which is kept. Raises ValueError, in words, for an
    answer that says nothing.
    """
    answer = answer.strip()
    if not answer and version is None:
        raise ValueError("Write an answer, or name the release that answers it.")
    if question.state == Question.State.ANSWERED:
        return (question.answer, question.answered_in) == (answer, version)
    question.state, question.answer, question.answered_in = Question.State.ANSWERED, answer, version
    question.answered_by, question.answered_at = actor, timezone.now()
    question.save(update_fields=["state", "answer", "answered_in", "answered_by", "answered_at"])
    log_action(
        actor=actor,
        verb=verb,
        target=question,
        project=project,
        before={"state": Question.State.OPEN},
        after={
            "state": Question.State.ANSWERED,
            "answer": answer,
            "version": version.pk if version else None,
        },
    )
    return True


def mark_answer_seen(question: Question, *, actor: User, verb: str, project: Project) -> None:
    """Keep when the answer of a locked question was read first; ValueError where there is none."""
    if question.state != Question.State.ANSWERED:
        raise ValueError("There is no answer yet.")
    if question.seen_at is None:
        question.seen_at = timezone.now()
        question.save(update_fields=["seen_at"])
        log_action(actor=actor, verb=verb, target=question, project=project, after={"seen": True})
