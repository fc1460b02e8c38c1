"""Say where a clause is unclear, answer it, and put the answer away once it is read."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.actions.drafts import lock_version
from rubrics.actions.questions import mark_answer_seen, write_answer
from rubrics.models import Feedback, RubricVersion


class FeedbackAnsweredError(Exception):
    """Somebody else answered the remark otherwise; both answers are kept."""

    def __init__(self, feedback: Feedback) -> None:
        super().__init__(f"{feedback.answered_by} has answered this remark meanwhile.")
        self.feedback = feedback


@transaction.atomic
def give_feedback(
    *, actor: User, version: RubricVersion, criterion_key: str, text: str
) -> Feedback:
    """Say what is unclear in a clause of a released version; the empty key is the instruction.

    For every member of the project. The same words on the same clause again give the same row.
    Raises ValueError, in words, for a draft, a clause that is not there, and a text that is empty
    or too long.
    """
    # Locked, so that the same words sent twice at once find each other.
    version = lock_version(version)
    project = version.rubric.project
    require_role(actor, project)
    if version.is_draft:
        raise ValueError(f"{version} is not released yet.")
    if criterion_key and not version.criteria.filter(key=criterion_key).exists():
        raise ValueError(f"{version} has no such clause.")
    text = text.strip()
    if not text:
        raise ValueError("Say what is unclear.")
    if len(text) > Feedback.LONGEST_TEXT:
        raise ValueError(f"Say it in {Feedback.LONGEST_TEXT} characters at most.")
    feedback, is_new = Feedback.objects.get_or_create(
        version=version, criterion_key=criterion_key, given_by=actor, text=text
    )
    if is_new:
        log_action(
            actor=actor,
            verb="feedback:give",
            target=feedback,
            project=project,
            after={"version": version.pk, "criterion": criterion_key, "text": text},
        )
    return feedback


@transaction.atomic
def answer_feedback(
    *, actor: User, feedback: Feedback, answer: str = "", version: RubricVersion | None = None
) -> Feedback:
    """Answer an open remark, as a lead, in words or by the release that answers it, or both.

    The same answer again changes nothing. Raises ValueError, in words, for an answer that says
    nothing or names no release of this rubric, FeedbackAnsweredError where another was given.
    """
    feedback = (
        Feedback.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__rubric__project", "answered_by", "answered_in")
        .get(pk=feedback.pk)
    )
    rubric = feedback.version.rubric
    require_role(actor, rubric.project, Role.LEAD)
    if version and (version.is_draft or version.rubric_id != rubric.pk):
        raise ValueError(f"{version} is no release of {rubric}.")
    is_so = write_answer(
        feedback,
        actor=actor,
        verb="feedback:answer",
        project=rubric.project,
        answer=answer,
        version=version,
    )
    if not is_so:
        raise FeedbackAnsweredError(feedback)
    return feedback


@transaction.atomic
def put_away_answer(*, actor: User, feedback: Feedback) -> Feedback:
    """Keep that `actor`, who asked, has read the answer; once is enough.

    Raises PermissionDenied for anybody else, ValueError where there is no answer yet.
    """
    feedback = (
        Feedback.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__rubric__project")
        .get(pk=feedback.pk)
    )
    project = feedback.version.rubric.project
    require_role(actor, project)
    if feedback.given_by_id != actor.pk:
        raise PermissionDenied("Only the person who asked puts an answer away.")
    mark_answer_seen(feedback, actor=actor, verb="feedback:put_away", project=project)
    return feedback
