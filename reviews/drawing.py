"""Draw judgments for audit: some by chance, those of flagged tasks always."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac

from evalhub.models import Project
from reviews.models import Audit
from reviews.sampling import is_drawn
from tasks.models import Flag, Judgment
from tasks.models.judgment import JudgmentQuerySet
from tasks.places import close_to_changes, lock_task

AT_MOST = 500


def audit_seed(project: Project) -> str:
    """Return the seed of the project's draws: constant, and not to be guessed by evaluators."""
    return salted_hmac("reviews.audit", str(project.pk), secret=settings.SECRET_KEY).hexdigest()


def draw_audit(judgment: Judgment) -> None:
    """Decide, once, whether a new judgment is audited; that of a flagged task always is.

    The caller has locked the task. What is drawn cannot be changed any more.
    """
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
        close_to_changes(judgment)


def draw_flagged_later() -> int:
    """Draw judgments whose task was flagged only after they were made, oldest first.

    Looked for are AT_MOST at a time; return how many were drawn. What was drawn by chance before
    stays as it is: the sampled audits remain a sample of the judgments that no flag pointed at when
    they came in.
    """
    tasks = _missed().order_by("pk").values_list("task", flat=True)[:AT_MOST]
    return sum(_draw_missed(task) for task in dict.fromkeys(tasks))


@transaction.atomic
def _draw_missed(task: int) -> int:
    """Draw what is missed of one task, as it is now that nobody can change it any more."""
    lock_task(task)
    missed = list(_missed().filter(task=task))
    for judgment in missed:
        Audit.objects.create(
            judgment=judgment,
            project_id=judgment.project_id,
            reason=Audit.Reason.FLAGGED,
            inclusion_probability=1.0,
        )
        close_to_changes(judgment)
    return len(missed)


def _missed() -> JudgmentQuerySet:
    flags = Flag.objects.filter(task=OuterRef("task"), state=Flag.State.OPEN)
    return Judgment.objects.current().filter(Exists(flags), audit=None)
