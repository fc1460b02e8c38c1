from __future__ import annotations

from django.db import models

from evalhub.work import Work


class AgreementRun(Work):
    """The computation of agreement for one rubric version, kept current as judgments arrive."""

    version = models.OneToOneField(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="agreement_run"
    )
    # The newest judgment that was counted.
    watermark = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"agreement of {self.version}"


class AgreementResult(models.Model):
    """How far evaluators agree on one criterion of one rubric version, and what it rests on."""

    criterion = models.OneToOneField(
        "rubrics.Criterion", on_delete=models.PROTECT, related_name="agreement"
    )
    # The numbers of the rubric versions whose scores are put together in it.
    versions = models.JSONField(default=list)
    measurement = models.CharField(max_length=10)
    status = models.CharField(max_length=30)
    verdict = models.CharField(max_length=20, blank=True)
    alpha = models.FloatField(null=True)
    alpha_low = models.FloatField(null=True)
    alpha_high = models.FloatField(null=True)
    percent = models.FloatField(null=True)
    percent_within_one = models.FloatField(null=True)
    ac1 = models.FloatField(null=True)
    n_tasks = models.PositiveIntegerField()
    n_judgments = models.PositiveIntegerField()
    n_evaluators = models.PositiveIntegerField()
    # The newest judgment counted and the seed of the interval, so that it can be reproduced.
    watermark = models.PositiveBigIntegerField()
    seed = models.PositiveBigIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["criterion"]

    def __str__(self) -> str:
        return f"agreement on {self.criterion}"
