from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from evalhub.models import User

# For so long a task whose hold lapsed comes back to its evaluator before others.
TAKEN_BACK_WITHIN = timedelta(days=1)


class SkipReason(models.TextChoices):
    NOT_LOADING = "not_loading", "The image does not load"
    OUTSIDE_KNOWLEDGE = "outside_knowledge", "It is outside my knowledge"
    DISTRESSING = "distressing", "It is distressing"
    DUPLICATE = "duplicate", "I have seen this one already"
    OTHER = "other", "Another reason"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> AssignmentQuerySet:
        """Return what is held or has lapsed without anybody taking note."""
        return self.filter(closed_at=None)

    def held(self) -> AssignmentQuerySet:
        """Return the open assignments whose lease still runs, by the database's clock."""
        return self.open().filter(leased_until__gt=Now())

    def lapsed(self) -> AssignmentQuerySet:
        """Return the open assignments whose lease has run out."""
        return self.open().filter(leased_until__lte=Now())

    def lapsed_lately(self) -> AssignmentQuerySet:
        """Return the begun tasks whose holds ended a while ago, the last one first."""
        lapsed = self.filter(state=Assignment.State.LAPSED, opened_at__isnull=False)
        since = Now() - TAKEN_BACK_WITHIN
        return lapsed.filter(leased_until__gt=since).order_by("-leased_until")

    def held_by(self, user: User) -> AssignmentQuerySet:
        return self.held().filter(evaluator=user)


class Assignment(models.Model):
    """One evaluator's timed hold on one task, in one of the task's numbered places.

    The places make exact collection a constraint: a place is taken by one open or submitted
    assignment at most, and there are as many places as judgments asked for.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SUBMITTED = "submitted", "Submitted"
        SKIPPED = "skipped", "Skipped"
        RELEASED = "released", "Released"
        LAPSED = "lapsed", "Lapsed"

    task = models.ForeignKey("tasks.Task", on_delete=models.PROTECT, related_name="assignments")
    project = models.ForeignKey(
        "evalhub.Project", on_delete=models.PROTECT, related_name="assignments"
    )
    evaluator = models.ForeignKey(
        "evalhub.User", on_delete=models.PROTECT, related_name="assignments"
    )
    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Held so that it is there at once, and not yet the evaluator's current task.
    is_ahead = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()
    leased_until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    submit_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    skip_reason = models.CharField(max_length=20, choices=SkipReason, blank=True)
    # The positions of the task's images in the order this evaluator gets them; empty: their own.
    image_order = models.JSONField(default=list, blank=True)
    skip_note = models.CharField(max_length=500, blank=True)
    # The judgment that counts: the newest revision.
    judgment = models.OneToOneField(
        "tasks.Judgment", null=True, on_delete=models.PROTECT, related_name="current_for"
    )
    # Since when its judgment stays as it is, because somebody else decides about it.
    closed_to_changes_at = models.DateTimeField(null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "place"],
                condition=Q(state__in=["open", "submitted"]),
                name="one_assignment_per_place_of_a_task",
            ),
            models.UniqueConstraint(
                fields=["task", "evaluator"],
                condition=Q(state__in=["open", "submitted"]),
                name="one_assignment_per_task_and_evaluator",
            ),
            models.UniqueConstraint(
                fields=["evaluator", "project"],
                condition=Q(closed_at=None, is_ahead=False),
                name="one_current_assignment_per_evaluator_and_project",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="an_assignment_is_open_until_it_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=F("places")),
                name="a_place_is_one_of_the_places_of_its_task",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(judgment__isnull=False),
                name="a_submitted_assignment_has_a_judgment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["evaluator", "state", "leased_until"], name="assignments_of_evaluator"
            ),
            models.Index(
                fields=["project", "leased_until"],
                condition=Q(closed_at=None),
                name="open_leases_by_end",
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is held, or has lapsed without anybody taking note."""
        return self.state == self.State.OPEN
