"""Draw judgments for audit: some by chance, those of flagged tasks always."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac

from evalhub.models import Project
from reviews.models import Audit
from reviews.sampling import is_drawn
from tasks.models import Flag, Judgment

AT_MOST = 500


def audit_seed(project: Project) -> str:
    """Return the seed of the project's draws: constant, and not to be guessed by evaluators."""
    return salted_hmac("reviews.audit", str(project.pk), secret=settings.SECRET_KEY).hexdigest()


def draw_audit(judgment: Judgment) -> None:
    """Decide, once, whether a new judgment is audited; that of a flagged task always is."""
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


def draw_flagged_later() -> int:
    """Draw judgments whose task was flagged only after they were made, oldest first.

    At most AT_MOST at a time; return how many. What was drawn by chance before stays as it is: the
    sampled audits remain a sample of the judgments that no flag pointed at when they came in.
    """
    flags = Flag.objects.filter(task=OuterRef("task"), state=Flag.State.OPEN)
    missed = Judgment.objects.current().filter(Exists(flags), audit=None).order_by("pk")[:AT_MOST]
    drawn = [
        Audit(
            judgment=judgment,
            project_id=judgment.project_id,
            reason=Audit.Reason.FLAGGED,
            inclusion_probability=1.0,
        )
        for judgment in missed
    ]
    # Two sweeps at once find the same ones.
    Audit.objects.bulk_create(drawn, ignore_conflicts=True)
    return len(drawn)
