from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from evalhub.models.user import User


class Role(models.TextChoices):
    EVALUATOR = "evaluator", "Evaluator"
    REVIEWER = "reviewer", "Reviewer"
    LEAD = "lead", "Lead"
    MANAGER = "manager", "Manager"


class StoppingRule(models.TextChoices):
    """When a task has judgments enough."""

    FIXED = "fixed", "Always the same number"
    DISAGREEMENT = "disagreement", "One more only where the first ones disagree"
    LEAD_BY_TWO = "lead_by_two", "Until one answer is two ahead"


class ProjectQuerySet(models.QuerySet["Project"]):
    def for_member(self, user: User, *roles: Role) -> ProjectQuerySet:
        """Return the projects where `user` holds one of `roles` (any role when none given)."""
        held = Membership.objects.filter(user=user)
        if roles:
            held = held.filter(role__in=roles)
        return self.filter(pk__in=held.values("project"))


class Project(models.Model):
    """A body of work with members, a rubric and settings."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    judgments_per_task = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    lease_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    audit_rate = models.FloatField(
        default=0.1, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    # How many tasks an evaluator holds besides the current one, so that they are there at once.
    holds_ahead = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(5)])
    # The most judgments that one evaluator makes in a day; None: as many as they like.
    daily_cap = models.PositiveIntegerField(null=True, validators=[MinValueValidator(1)])
    # The share of handed-out tasks that are gold tasks, at places nobody can foretell.
    gold_rate = models.FloatField(
        default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(0.5)]
    )
    # Whether production tasks are for qualified evaluators only.
    needs_qualification = models.BooleanField(default=False)
    stopping_rule = models.CharField(max_length=15, choices=StoppingRule, default="fixed")
    # The most judgments that a stopping rule collects of one task.
    most_judgments = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # The share of tasks, drawn at random, that get the most judgments whatever the rule says.
    panel_rate = models.FloatField(
        default=0.05, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(judgments_per_task__gte=1),
                name="project_asks_for_at_least_one_judgment_per_task",
            ),
            models.CheckConstraint(
                condition=models.Q(lease_minutes__gte=1),
                name="project_lease_is_at_least_one_minute",
            ),
            models.CheckConstraint(
                condition=models.Q(audit_rate__gte=0, audit_rate__lte=1),
                name="project_audit_rate_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(gold_rate__gte=0, gold_rate__lte=0.5),
                name="project_gold_rate_is_half_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(panel_rate__gte=0, panel_rate__lte=1),
                name="project_panel_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.slug])

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class Membership(models.Model):
    """One role of one person in one project; a person may hold several."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey("evalhub.User", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    # When an evaluator was found fit for production tasks, where the project asks for it.
    qualified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["project", "user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "role"], name="one_membership_per_project_user_and_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display().lower()} in {self.project}"
