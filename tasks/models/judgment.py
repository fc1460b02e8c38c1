from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from evalhub.models import Project, User

# How many judgments back an evaluator can go to change one.
CHANGEABLE = 10


class JudgmentQuerySet(models.QuerySet["Judgment"]):
    def current(self) -> JudgmentQuerySet:
        """Return the judgments that count: the newest revision of each."""
        return self.filter(current_for__isnull=False)

    def last_one_of(self, user: User, project: Project) -> int | None:
        """Return the id of what now counts of the last judgment that `user` made, if there is one.

        By one step in the index `judgments_by_day`.
        """
        first = self.filter(evaluator=user, project=project, revision=1)
        found = first.order_by("-submitted_at").values_list("assignment__judgment", flat=True)
        return found.first()

    def last_of(self, user: User, project: Project) -> JudgmentQuerySet:
        """Return the last CHANGEABLE judgments of `user` as they are now, the newest first.

        They stand in the order of the first answers: a change moves none.
        """
        first = Judgment.objects.filter(evaluator=user, project=project, revision=1)
        last = first.order_by("-pk").values("assignment")[:CHANGEABLE]
        return self.current().filter(assignment__in=last).order_by("-assignment__closed_at", "-pk")


class Judgment(models.Model):
    """An evaluator's finished answer; append-only: a change is another revision."""

    assignment = models.ForeignKey(
        "tasks.Assignment", on_delete=models.PROTECT, related_name="judgments"
    )
    project = models.ForeignKey(
        "evalhub.Project", on_delete=models.PROTECT, related_name="judgments"
    )
    task = models.ForeignKey("tasks.Task", on_delete=models.PROTECT, related_name="judgments")
    evaluator = models.ForeignKey(
        "evalhub.User", on_delete=models.PROTECT, related_name="judgments"
    )
    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="judgments"
    )
    revision = models.PositiveSmallIntegerField(default=1)
    # Which one of the task's judgments it was, counted as they came in; a revision keeps it.
    vote = models.PositiveSmallIntegerField()
    submit_key = models.UUIDField(unique=True)
    content_hash = models.CharField(max_length=64)
    is_late = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField()
    active_seconds = models.PositiveIntegerField(null=True)
    # Viewport width and height, device pixel ratio, largest zoom, as the browser told them.
    viewing = models.JSONField(default=dict)

    objects = JudgmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "revision"], name="one_judgment_per_assignment_and_revision"
            ),
            models.UniqueConstraint(
                fields=["task", "evaluator", "revision"],
                name="one_judgment_per_task_evaluator_and_revision",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "id"], name="judgments_of_project"),
            models.Index(fields=["version", "id"], name="judgments_of_version"),
            models.Index(fields=["evaluator", "id"], name="judgments_of_evaluator"),
            models.Index(fields=["evaluator", "project", "submitted_at"], name="judgments_by_day"),
        ]

    def __str__(self) -> str:
        return f"judgment {self.pk}"

    @property
    def is_current(self) -> bool:
        return self.assignment.judgment_id == self.pk


class Score(models.Model):
    """The answer to one criterion; what was not answered is its own state, never 0."""

    class State(models.TextChoices):
        ANSWERED = "answered", "Answered"
        NOT_APPLICABLE = "not_applicable", "Not applicable"
        VOID = "void", "Void"

    judgment = models.ForeignKey(Judgment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(
        "rubrics.Criterion", on_delete=models.PROTECT, related_name="scores"
    )
    # The image it is about, where the criterion is asked of each.
    image = models.ForeignKey(
        "tasks.TaskImage", null=True, on_delete=models.PROTECT, related_name="scores"
    )
    # The judgment it was taken over from, where the evaluator was not asked again.
    carried_from = models.ForeignKey(
        Judgment, null=True, on_delete=models.PROTECT, related_name="carried_scores"
    )
    state = models.CharField(max_length=15, choices=State, default=State.ANSWERED)
    number = models.FloatField(null=True)
    level = models.ForeignKey(
        "rubrics.Level", null=True, on_delete=models.PROTECT, related_name="scores"
    )
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    justification = models.TextField(blank=True)

    class Meta:
        ordering = ["judgment", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judgment", "criterion"],
                condition=Q(image__isnull=True),
                name="one_score_per_judgment_and_criterion",
            ),
            models.UniqueConstraint(
                fields=["judgment", "criterion", "image"],
                name="one_score_per_judgment_criterion_and_image",
            ),
            models.CheckConstraint(
                condition=Q(state="answered")
                | Q(number__isnull=True, level__isnull=True, text="", data={}),
                name="what_is_not_answered_has_no_value",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(number__isnull=False),
                name="a_level_comes_with_its_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} of {self.judgment}"
