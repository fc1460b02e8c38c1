"""Find agreement that newer judgments have overtaken; numpy-free, for the sweep."""

from __future__ import annotations

from django.db.models import F, OuterRef, Subquery

from evalhub.work import WorkState
from reviews.models import AgreementRun
from tasks.models import Judgment


def mark_stale_agreement() -> int:
    """Set those runs waiting that are done and behind the newest judgment they may count.

    That is one of their own version, or of an earlier one, which comes when an open task is
    finished after a release.
    """
    newest = (
        Judgment.objects.filter(
            project=OuterRef("version__rubric__project"),
            version__number__lte=OuterRef("version__number"),
            revision=1,
        )
        .order_by("-pk")
        .values("pk")[:1]
    )
    return (
        AgreementRun.objects.filter(work_state=WorkState.DONE)
        .alias(newest=Subquery(newest))
        .filter(newest__gt=F("watermark"))
        .update(work_state=WorkState.WAITING, attempts=0, sent_at=None)
    )
