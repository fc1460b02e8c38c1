from __future__ import annotations

from django.db import models
from django.db.models import Q


class Audit(models.Model):
    """QA's look at one judgment, drawn with a known probability or because of a flag."""

    class Reason(models.TextChoices):
        SAMPLED = "sampled", "Sampled"
        FLAGGED = "flagged", "Flagged"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"

    class Verdict(models.TextChoices):
        AGREE = "agree", "Agree"
        MINOR = "minor", "Minor error"
        MAJOR = "major", "Major error"

    judgment = models.OneToOneField(
        "tasks.Judgment", on_delete=models.PROTECT, related_name="audit"
    )
    project = models.ForeignKey("evalhub.Project", on_delete=models.PROTECT, related_name="audits")
    reason = models.CharField(max_length=10, choices=Reason)
    inclusion_probability = models.FloatField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    comment = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        "evalhub.User", null=True, on_delete=models.PROTECT, related_name="audits"
    )
    drawn_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["state", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(inclusion_probability__gt=0, inclusion_probability__lte=1),
                name="an_audit_was_drawn_with_a_probability",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", verdict="", reviewer__isnull=True)
                | (
                    Q(state="done", reviewer__isnull=False, decided_at__isnull=False)
                    & ~Q(verdict="")
                ),
                name="a_done_audit_has_a_verdict_and_a_reviewer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "-inclusion_probability", "id"],
                condition=Q(state="waiting"),
                name="waiting_audits",
            ),
        ]

    def __str__(self) -> str:
        return f"audit of {self.judgment}"
