"""From stored scores to stored agreement: query, pure function, row."""

from __future__ import annotations

from array import array
from zlib import crc32

import numpy as np
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from numpy.typing import NDArray

from reviews.agreement.summary import AgreementSummary, summarise
from reviews.agreement.terms import Level
from reviews.models import AgreementResult, AgreementRun
from rubrics.comparability import pooled_criteria
from rubrics.criteria import find_type
from rubrics.models import Criterion
from tasks.counters import COUNTED_KINDS
from tasks.models import Judgment, Score


def compute_agreement_of(run: AgreementRun) -> None:
    """Store the agreement on each criterion of the run's version, over the judgments so far.

    Counted are first revisions only: independent judgments, one per evaluator and task, and none
    of the scores that a follow-up carried over. Tasks with a known answer are left out, and so are
    the judgments that a stopping rule added: asked for where others disagreed, they would count
    what is in doubt more often than what is not. What is not applicable, void, unsure or skipped
    carries no value and is left out. Scores of earlier versions are put together with those of
    this one as far back as the releases left the criterion comparable.
    """
    judgments = Judgment.objects.filter(
        version__rubric=run.version.rubric_id,
        version__number__lte=run.version.number,
        revision=1,
    )
    watermark = judgments.aggregate(newest=Max("pk"))["newest"] or 0
    for criterion in run.version.criteria.in_order():
        if find_type(criterion.type).measurement:
            seed = crc32(f"{criterion.pk}:{watermark}".encode())
            pooled = pooled_criteria(criterion)
            summary = _summarise(criterion, pooled, watermark, seed)
            _store(criterion, pooled, watermark, seed, summary)
    AgreementRun.objects.filter(pk=run.pk, watermark__lt=watermark).update(watermark=watermark)


def _summarise(
    criterion: Criterion, pooled: list[int], watermark: int, seed: int
) -> AgreementSummary:
    kind = find_type(criterion.type)
    # What two evaluators can agree on: one image, or the task, under one version. The criterion's
    # row stands for the version, so that judgments of two versions never meet in one unit.
    columns = array("q"), array("q"), array("q")
    evaluators, numbers = array("q"), array("d")
    scores = (
        Score.objects.filter(
            criterion__in=pooled,
            state=Score.State.ANSWERED,
            number__isnull=False,
            carried_from=None,
            judgment__revision=1,
            judgment_id__lte=watermark,
            judgment__task__kind__in=COUNTED_KINDS,
            judgment__vote__lte=F("judgment__task__judgments_per_task")
            - F("judgment__task__judgments_added"),
        )
        .exclude(level__key__in=kind.unmeasured_levels(criterion))
        .exclude(_repeats(pooled))
        .order_by()
        .values_list(
            "judgment__task_id", "image_id", "criterion_id", "judgment__evaluator_id", "number"
        )
    )
    for task, image, row, evaluator, number in scores.iterator(chunk_size=10_000):
        for column, value in zip(columns, (task, image or 0, row), strict=True):
            column.append(value)
        evaluators.append(evaluator)
        numbers.append(number or 0.0)  # never None: the query leaves those out
    return summarise(
        _number_units(columns),
        np.frombuffer(evaluators, dtype=np.int64),
        np.frombuffer(numbers, dtype=np.float64),
        level=Level(kind.measurement or ""),
        categories=kind.categories(criterion),
        seed=seed,
    )


def _repeats(pooled: list[int]) -> Exists:
    """Return whether a score answers again what its evaluator had answered on the followed task.

    A criterion that a release did not break is asked again where it rests on one that it did. The
    first answer counts: another one is no independent judgment of the same pictures.
    """
    before = Score.objects.filter(
        Q(image=None) | Q(image__position=OuterRef("image__position")),
        judgment__task=OuterRef("judgment__task__follows"),
        judgment__evaluator=OuterRef("judgment__evaluator"),
        criterion__in=pooled,
        state=Score.State.ANSWERED,
    )
    return Exists(before)


def _number_units(columns: tuple[array[int], ...]) -> NDArray[np.int64]:
    """Return one number per row of `columns`, the same for equal rows."""
    rows = np.column_stack([np.frombuffer(column, dtype=np.int64) for column in columns])
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    _, units = np.unique(rows, axis=0, return_inverse=True)
    return units.reshape(-1).astype(np.int64)


@transaction.atomic
def _store(
    criterion: Criterion, pooled: list[int], watermark: int, seed: int, summary: AgreementSummary
) -> None:
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
            "versions": _version_numbers(pooled),
            "watermark": watermark,
            "seed": seed,
            "computed_at": timezone.now(),
        },
    )


def _version_numbers(criteria: list[int]) -> list[int]:
    """Return the numbers of the versions that these criteria stand in, in order."""
    rows = Criterion.objects.filter(pk__in=criteria).order_by("version__number")
    return list(rows.values_list("version__number", flat=True))
