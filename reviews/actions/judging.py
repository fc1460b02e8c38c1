"""Take a judgment and set off what it means for QA and for agreement, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from evalhub.models import Project, User
from evalhub.work import WorkState, want_work
from reviews import jobs
from reviews.models import AgreementRun, Audit
from reviews.sampling import is_drawn
from rubrics.criteria import CriterionAnswer
from tasks.actions import Submission, submit_judgment
from tasks.actions.submit import Viewing
from tasks.models import Assignment, Flag, Judgment


@transaction.atomic
def record_judgment(
    *,
    actor: User,
    assignment: Assignment,
    answers: Sequence[CriterionAnswer],
    submit_key: uuid.UUID,
    viewing: Viewing | None = None,
) -> Submission:
    """Submit a judgment as `tasks.actions.submit_judgment` does, and follow it up once.

    A new judgment may be drawn for audit, and makes the agreement of its version stale.
    """
    submission = submit_judgment(
        actor=actor,
        assignment=assignment,
        answers=answers,
        submit_key=submit_key,
        viewing=viewing,
    )
    if submission.judgment and submission.is_new:
        _draw_audit(submission.judgment)
        _want_agreement(submission.judgment.version_id)
    return submission


def audit_seed(project: Project) -> str:
    """Return the seed of the project's draws: constant, and not to be guessed by evaluators."""
    return salted_hmac("reviews.audit", str(project.pk), secret=settings.SECRET_KEY).hexdigest()


def _draw_audit(judgment: Judgment) -> None:
    """Decide whether `judgment` is audited; that of a flagged task always is."""
    project = judgment.project
    is_flagged = Flag.objects.filter(task_id=judgment.task_id, state=Flag.State.OPEN).exists()
    probability = 1.0 if is_flagged else project.audit_rate
    if is_drawn(audit_seed(project), judgment.pk, probability):
        Audit.objects.create(
            judgment=judgment,
            project=project,
            reason=Audit.Reason.FLAGGED if is_flagged else Audit.Reason.SAMPLED,
            inclusion_probability=probability,
        )


def _want_agreement(version_id: int) -> None:
    """Have the agreement computed after the commit, unless that waits already.

    A run that has just begun may miss this judgment; the sweep sees that it was overtaken.
    """
    run, is_new = AgreementRun.objects.get_or_create(version_id=version_id)
    if is_new or run.work_state != WorkState.WAITING:
        want_work(AgreementRun, jobs.compute_agreement, run.pk)
