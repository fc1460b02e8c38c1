"""From stored scores to stored agreement: query, pure function, row."""

from __future__ import annotations

from array import array
from zlib import crc32

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reviews.agreement.summary import AgreementSummary, summarise
from reviews.agreement.terms import Level
from reviews.models import AgreementResult, AgreementRun
from rubrics.criteria import find_type
from rubrics.models import Criterion
from tasks.models import Judgment, Score


def compute_agreement_of(run: AgreementRun) -> None:
    """Store the agreement on each criterion of the run's version, over the judgments so far.

    Counted are first revisions only: independent judgments, one per evaluator and task. What is
    not applicable, void or skipped carries no value and is left out.
    """
    judgments = Judgment.objects.filter(version=run.version)
    watermark = judgments.aggregate(newest=Max("pk"))["newest"] or 0
    for criterion in run.version.criteria.in_order():
        if find_type(criterion.type).measurement:
            seed = crc32(f"{criterion.pk}:{watermark}".encode())
            _store(criterion, watermark, seed, _summarise(criterion, watermark, seed))
    AgreementRun.objects.filter(pk=run.pk, watermark__lt=watermark).update(watermark=watermark)


def _summarise(criterion: Criterion, watermark: int, seed: int) -> AgreementSummary:
    kind = find_type(criterion.type)
    tasks, evaluators, numbers = array("q"), array("q"), array("d")
    scores = (
        Score.objects.filter(
            criterion=criterion,
            state=Score.State.ANSWERED,
            number__isnull=False,
            judgment__revision=1,
            judgment_id__lte=watermark,
        )
        .order_by()
        .values_list("judgment__task_id", "judgment__evaluator_id", "number")
    )
    for task, evaluator, number in scores.iterator(chunk_size=10_000):
        tasks.append(task)
        evaluators.append(evaluator)
        numbers.append(number or 0.0)  # never None: the query leaves those out
    return summarise(
        np.frombuffer(tasks, dtype=np.int64),
        np.frombuffer(evaluators, dtype=np.int64),
        np.frombuffer(numbers, dtype=np.float64),
        level=Level(kind.measurement or ""),
        categories=kind.categories(criterion),
        seed=seed,
    )


@transaction.atomic
def _store(criterion: Criterion, watermark: int, seed: int, summary: AgreementSummary) -> None:
    """Write the result, unless a run that saw more judgments has written before."""
    stored = (
        AgreementResult.objects.select_for_update(no_key=True).filter(criterion=criterion).first()
    )
    if stored and stored.watermark > watermark:
        return
    AgreementResult.objects.update_or_create(
        criterion=criterion,
        defaults={
            "measurement": summary.level,
            "status": summary.status,
            "verdict": summary.verdict or "",
            "alpha": summary.alpha,
            "alpha_low": summary.alpha_low,
            "alpha_high": summary.alpha_high,
            "percent": summary.percent,
            "percent_within_one": summary.percent_within_one,
            "ac1": summary.ac1,
            "n_tasks": summary.n_pairable_units,
            "n_judgments": summary.n_values,
            "n_evaluators": summary.n_raters,
            "watermark": watermark,
            "seed": seed,
            "computed_at": timezone.now(),
        },
    )
