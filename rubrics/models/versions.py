from __future__ import annotations

from django.db import models
from django.db.models import Q


class Rubric(models.Model):
    """What a project's tasks are judged by; its meaning at one moment is a version."""

    project = models.OneToOneField(
        "evalhub.Project", on_delete=models.PROTECT, related_name="rubric"
    )
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def current_version(self) -> RubricVersion | None:
        """Return the version that new work is opened with, or None before the first release."""
        return self.versions.filter(state=RubricVersion.State.PUBLISHED).order_by("-number").first()

    def draft(self) -> RubricVersion | None:
        """Return the version that is being written, if there is one."""
        return self.versions.filter(state=RubricVersion.State.DRAFT).first()


class RubricVersion(models.Model):
    """One release of a rubric; once published it never changes, in the database too."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    class OlderWork(models.TextChoices):
        KEEP = "keep", "Keep it as comparable"
        REASK = "reask", "Ask only the changed criteria again"
        REDO = "redo", "Have it judged anew"
        LEAVE = "leave", "Leave it as it is"

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    instruction = models.TextField(
        blank=True, help_text="What the evaluator is asked to do, in a sentence or two. Markdown."
    )
    release_notes = models.TextField(
        blank=True, help_text="What changed, in words for the evaluators. Markdown."
    )
    # How evaluators get to see the task: `rubrics.presentation.Presentation`.
    presentation = models.JSONField(default=dict, blank=True)
    # A task to try the version on: `rubrics.subject.Subject`, as plain data.
    sample_task = models.JSONField(default=dict, blank=True)
    # What happens to the judgments made under the version before; settled when publishing.
    older_work = models.CharField(max_length=10, choices=OlderWork, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        "evalhub.User", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["rubric", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "number"], name="one_version_per_rubric_and_number"
            ),
            models.UniqueConstraint(
                fields=["rubric"], condition=Q(state="draft"), name="one_draft_per_rubric"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="a_released_version_has_a_publishing_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT
