"""Take a judgment and set off what it means for QA and for agreement, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from evalhub.models import User
from evalhub.work import WorkState, want_work
from reviews import jobs
from reviews.drawing import draw_audit
from reviews.models import AgreementRun
from rubrics.criteria import CriterionAnswer
from tasks.actions import (
    Revision,
    Submission,
    Viewing,
    revise_judgment,
    submit_judgment,
    take_parked_submit,
)
from tasks.models import Assignment, Judgment, ParkedSubmit
from tasks.places import lock_task


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
        draw_audit(submission.judgment)
        _want_agreement(submission.judgment.version_id)
    return submission


@transaction.atomic
def record_parked_submit(*, actor: User, parked: ParkedSubmit, note: str = "") -> ParkedSubmit:
    """Take a parked submit as `tasks.actions.take_parked_submit` does, and follow it up once."""
    lock_task(parked.assignment.task_id)  # under which it is decided: what is read now stays so
    was_waiting = ParkedSubmit.objects.get(pk=parked.pk).is_waiting
    parked = take_parked_submit(actor=actor, parked=parked, note=note)
    if was_waiting and parked.judgment:
        draw_audit(parked.judgment)
        _want_agreement(parked.judgment.version_id)
    return parked


@transaction.atomic
def record_revision(
    *,
    actor: User,
    judgment: Judgment,
    answers: Sequence[CriterionAnswer],
    submit_key: uuid.UUID,
    viewing: Viewing | None = None,
) -> Revision:
    """Change a judgment as `tasks.actions.revise_judgment` does, and follow it up once.

    What it says now may be drawn for audit, as what it said before might have been; agreement is
    about first answers and stays as it is.
    """
    revision = revise_judgment(
        actor=actor, judgment=judgment, answers=answers, submit_key=submit_key, viewing=viewing
    )
    if revision.is_new:
        draw_audit(revision.judgment)
    return revision


def _want_agreement(version_id: int) -> None:
    """Have the agreement computed after the commit, unless that waits already.

    The lock keeps a waiting run from beginning before this judgment is there to be counted.
    """
    run, is_new = AgreementRun.objects.select_for_update(no_key=True).get_or_create(
        version_id=version_id
    )
    if is_new or run.work_state != WorkState.WAITING:
        want_work(AgreementRun, jobs.compute_agreement, run.pk)
