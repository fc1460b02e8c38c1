"""Change an own judgment: a revision beside the first answer, which is kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evalhub.access import require_role
from evalhub.actions.log import log_action
from evalhub.models import Role, User
from rubrics.criteria import CriterionAnswer
from tasks.changeable import why_not_changeable
from tasks.models import Judgment
from tasks.places import lock_with_follow_ups
from tasks.storing import Viewing, check_answers, hash_answers, store_judgment


@dataclass(frozen=True)
class Revision:
    """The judgment that counts after a change; not a new one where nothing was different."""

    judgment: Judgment
    is_new: bool = True


class RevisionRefusedError(Exception):
    """The judgment stays as it is; the message says why, `judgment` is the one that counts."""

    def __init__(self, judgment: Judgment, reason: str) -> None:
        super().__init__(reason)
        self.judgment = judgment


class RevisionConflictError(RevisionRefusedError):
    """The judgment was changed since it was seen; both texts are kept."""

    def __init__(self, judgment: Judgment) -> None:
        super().__init__(judgment, "You have changed this judgment on another page meanwhile.")


@transaction.atomic
def revise_judgment(
    *,
    actor: User,
    judgment: Judgment,
    answers: Sequence[CriterionAnswer],
    submit_key: uuid.UUID,
    viewing: Viewing | None = None,
) -> Revision:
    """Store `answers` as another revision of the own `judgment`, which is the one that was seen.

    The same key with the same answers gives the same revision again; the answers that count
    already make none. Raises RevisionConflictError where another revision came in between, and
    RevisionRefusedError where the judgment cannot be changed any more.
    """
    # Counts nothing and follows no rule: it is one evaluator's vote still, in the same place.
    lock_with_follow_ups(judgment.task_id)
    judgment = (
        Judgment.objects.select_related(
            "project", "task", "assignment__project", "assignment__task", "assignment__version"
        )
        .prefetch_related("assignment__task__task_images__image")
        .get(pk=judgment.pk)
    )
    if judgment.evaluator_id != actor.pk:
        raise PermissionDenied("This judgment is somebody else's.")
    require_role(actor, judgment.project, Role.EVALUATOR)
    assignment = judgment.assignment
    carried = check_answers(assignment, answers)
    content_hash = hash_answers(answers)
    if earlier := assignment.judgments.filter(submit_key=submit_key).first():
        if earlier.content_hash == content_hash:
            return Revision(earlier, is_new=False)
        raise RevisionConflictError(_current(judgment))
    _check_seen(judgment)
    if judgment.content_hash == content_hash:
        return Revision(judgment, is_new=False)
    if reason := why_not_changeable(judgment):
        raise RevisionRefusedError(judgment, reason)
    now, viewing = timezone.now(), viewing or Viewing()
    revision = store_judgment(
        assignment,
        answers,
        carried,
        vote=judgment.vote,
        submit_key=submit_key,
        submitted_at=now,
        viewing=replace(viewing, opened_at=viewing.opened_at or now),
        revision=judgment.revision + 1,
        is_late=judgment.is_late,
    )
    assignment.save(update_fields=["judgment"])
    log_action(
        actor=actor,
        verb="judgment:revise",
        target=revision,
        project=revision.project,
        before={"judgment": judgment.pk, "revision": judgment.revision},
        after={
            "task": revision.task_id,
            "assignment": assignment.pk,
            "revision": revision.revision,
        },
    )
    return Revision(revision)


def _check_seen(judgment: Judgment) -> None:
    """Raise RevisionConflictError, with the one that counts, unless that is `judgment`."""
    if not judgment.is_current:
        raise RevisionConflictError(_current(judgment))


def _current(judgment: Judgment) -> Judgment:
    return Judgment.objects.get(current_for=judgment.assignment)
