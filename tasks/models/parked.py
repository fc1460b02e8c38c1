from __future__ import annotations

from django.db import models
from django.db.models import Q

LONGEST_NOTE = 2_000


class ParkedSubmit(models.Model):
    """A submit that came when its place was taken: kept whole, shown, never dropped.

    It waits until a lead takes it as a judgment of its task, or discards it and says why.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken"
        DISCARDED = "discarded", "Discarded"

    assignment = models.ForeignKey(
        "tasks.Assignment", on_delete=models.PROTECT, related_name="parked_submits"
    )
    submit_key = models.UUIDField(unique=True)
    content_hash = models.CharField(max_length=64)
    answers = models.JSONField()
    active_seconds = models.PositiveIntegerField(null=True)
    # Viewport width and height, device pixel ratio, largest zoom, as the browser told them.
    viewing = models.JSONField(default=dict)
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        "evalhub.User", null=True, on_delete=models.PROTECT, related_name="decided_submits"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    # What it became, where it was taken.
    judgment = models.OneToOneField(
        "tasks.Judgment", null=True, on_delete=models.PROTECT, related_name="parked_submit"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None, judgment=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & (
                    Q(state="taken", judgment__isnull=False)
                    | (Q(state="discarded", judgment=None) & ~Q(note=""))
                ),
                name="a_parked_submit_waits_or_is_taken_or_discarded_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment"], condition=Q(state="waiting"), name="parked_waiting")
        ]

    def __str__(self) -> str:
        return f"parked submit {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
