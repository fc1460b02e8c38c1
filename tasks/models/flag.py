from __future__ import annotations

from django.db import models
from django.db.models import Q

from evalhub.models import Project, User
from rubrics.models import Question


class FlagKind(models.TextChoices):
    EDGE_CASE = "edge_case", "Edge case"
    NOVEL_PATTERN = "novel_pattern", "Novel pattern"
    UNCLEAR_GUIDELINE = "unclear_guideline", "Unclear guideline"
    BROKEN_IMAGE = "broken_image", "Broken image"
    POLICY = "policy", "Policy"


class FlagQuerySet(models.QuerySet["Flag"]):
    def news_for(self, user: User) -> FlagQuerySet:
        """Return the flags of `user` that were answered and not put away, the latest first.

        Only of projects in which the person still has a role.
        """
        return self.filter(
            raised_by=user,
            state=Flag.State.ANSWERED,
            seen_at=None,
            task__project__in=Project.objects.for_member(user),
        ).order_by("-answered_at", "-pk")


class Flag(Question):
    """Doubt raised about a task; it does not replace judging."""

    task = models.ForeignKey("tasks.Task", on_delete=models.PROTECT, related_name="flags")
    raised_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind)
    note = models.CharField(max_length=500, blank=True)
    # The clause it is about, if it is about one.
    criterion_key = models.CharField(max_length=60, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "raised_by", "kind"],
                condition=Q(state="open"),
                name="one_open_flag_per_task_person_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.task}"
