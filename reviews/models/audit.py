from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from evalhub.models import Project, Role
from reviews.pseudonyms import pseudonym
from tasks.models import Assignment

if TYPE_CHECKING:
    from evalhub.models import User


class AuditQuerySet(models.QuerySet["Audit"]):
    def for_reviewer(self, user: User) -> AuditQuerySet:
        """Return the audits of projects that `user` reviews.

        Never those of own judgments, nor of a task that `user` is judging at the moment.
        """
        projects = Project.objects.for_member(user, Role.REVIEWER)
        judging = Assignment.objects.filter(evaluator=user, state=Assignment.State.OPEN)
        return (
            self.filter(project__in=projects)
            .exclude(judgment__evaluator=user)
            .exclude(judgment__task__in=judging.values("task"))
        )

    def waiting(self) -> AuditQuerySet:
        return self.filter(state=Audit.State.WAITING)

    def in_queue_order(self) -> AuditQuerySet:
        """Order flagged work first, then by age."""
        return self.order_by("reason", "pk")

    def before(self, audit: Audit) -> AuditQuerySet:
        """Return those that come before `audit` in the queue's order."""
        return self.filter(Q(reason__lt=audit.reason) | Q(reason=audit.reason, pk__lt=audit.pk))

    def next_after(self, audit: Audit) -> Audit | None:
        """Return the next one in the queue's order, from the top again after the last."""
        others = self.exclude(pk=audit.pk).in_queue_order()
        later = Q(reason__gt=audit.reason) | Q(reason=audit.reason, pk__gt=audit.pk)
        return others.filter(later).first() or others.first()


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

    objects = AuditQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("admin:reviews_audit_change", args=[self.pk])

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def evaluator_alias(self) -> str:
        """Return what reviewers call the evaluator, whose name they do not see."""
        return f"Evaluator {pseudonym(self.project_id, self.judgment.evaluator_id)}"

    @property
    def why_drawn(self) -> str:
        """Return why QA looks at this judgment, in a sentence."""
        if self.reason == self.Reason.FLAGGED:
            return "Its task was flagged when it was submitted; all such judgments are audited."
        if self.inclusion_probability >= 1:
            return "Every judgment of this project is audited."
        chance = f"{self.inclusion_probability * 100:.3g}"
        return f"Drawn by chance: each judgment like it had {chance} in 100."
