"""What the queue remembers of one evaluator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from tasks.models.task import draw_shuffle


class QueueWalk(models.Model):
    """How far an evaluator has come in a project's queue, so that no claim looks back.

    Tasks somebody has begun are met in the order in which their places came free. `passed` holds,
    by priority, the time before which none of them can be for this evaluator: each was given to
    them already. A place that comes free moves its task to the end, past everybody's mark.
    """

    project = models.ForeignKey("evalhub.Project", on_delete=models.CASCADE, related_name="walks")
    evaluator = models.ForeignKey("evalhub.User", on_delete=models.CASCADE, related_name="walks")
    # Where the evaluator enters the ring of tasks that nobody has begun.
    seed = models.PositiveIntegerField(default=draw_shuffle, editable=False)
    passed = models.JSONField(default=dict, editable=False)
    # When the marks were last forgotten, to look at everything once more.
    looked_back_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "evaluator"], name="one_walk_per_project_and_evaluator"
            ),
        ]

    def __str__(self) -> str:
        return f"walk of {self.evaluator} in {self.project}"

    def mark(self, priority: int) -> datetime | None:
        """Return the time before which no begun task of `priority` is for this evaluator."""
        found = self.passed.get(str(priority))
        return datetime.fromisoformat(found) if found else None

    def move(self, priority: int, to: datetime, least: timedelta) -> bool:
        """Set the mark of `priority` where it moves by `least` or more; return whether it did."""
        before = self.mark(priority)
        if before and to - before < least:
            return False
        self.passed = {**self.passed, str(priority): to.isoformat()}
        return True


class Invitation(models.Model):
    """A task that is for one evaluator: it asks again what they judged before."""

    task = models.ForeignKey("tasks.Task", on_delete=models.CASCADE, related_name="invitations")
    evaluator = models.ForeignKey(
        "evalhub.User", on_delete=models.CASCADE, related_name="invitations"
    )
    project = models.ForeignKey(
        "evalhub.Project", on_delete=models.CASCADE, related_name="invitations"
    )
    # When its task was judged or skipped; None: it still waits.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "evaluator"], name="one_invitation_per_task_and_evaluator"
            ),
        ]
        indexes = [
            models.Index(
                fields=["evaluator", "project", "id"],
                condition=models.Q(answered_at=None),
                name="open_invitations",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.evaluator} to {self.task}"
