"""Find agreement that newer judgments have overtaken; numpy-free, for the sweep."""

from __future__ import annotations

from django.db.models import F, OuterRef, Subquery

from evalhub.work import WorkState
from reviews.models import AgreementRun
from tasks.models import Judgment


def mark_stale_agreement() -> int:
    """Set those runs waiting that are done and behind their version's newest judgment."""
    newest = Judgment.objects.filter(version=OuterRef("version")).order_by("-pk").values("pk")[:1]
    return (
        AgreementRun.objects.filter(work_state=WorkState.DONE)
        .alias(newest=Subquery(newest))
        .filter(newest__gt=F("watermark"))
        .update(work_state=WorkState.WAITING, attempts=0, sent_at=None)
    )
