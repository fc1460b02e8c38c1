from __future__ import annotations

from django.db import models
from django.db.models import Q

from evalhub.models import Project, User
from rubrics.models.question import Question


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def news_for(self, user: User) -> FeedbackQuerySet:
        """Return the remarks of `user` that were answered and not put away, the latest first.

        Only of projects in which the person still has a role.
        """
        return self.filter(
            given_by=user,
            state=Feedback.State.ANSWERED,
            seen_at=None,
            version__rubric__project__in=Project.objects.for_member(user),
        ).order_by("-answered_at", "-pk")


class Feedback(Question):
    """A remark on a clause of a version; the empty key stands for the instruction."""

    LONGEST_TEXT = 1000

    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="feedback"
    )
    criterion_key = models.CharField(max_length=60, blank=True)
    given_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="feedback")
    text = models.CharField(max_length=LONGEST_TEXT)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answered_feedback_says_by_whom_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["version", "state"], name="feedback_of_version"),
            models.Index(
                fields=["given_by"],
                condition=Q(state="answered", seen_at__isnull=True),
                name="answers_not_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback on {self.criterion_key or 'the instruction'} of {self.version}"
