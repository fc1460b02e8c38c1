from __future__ import annotations

from django.db import models
from django.db.models import Q

from evalhub.work import Work


class Adjustment(Work):
    """Another number of judgments for the tasks that are there; its work row asks them for it.

    A project has one: a newer change is written over it, and whatever runs goes on with that.
    """

    project = models.OneToOneField(
        "evalhub.Project", on_delete=models.PROTECT, related_name="adjustment"
    )
    # What tasks are asked for, and those of the panel at least.
    judgments_per_task = models.PositiveSmallIntegerField()
    most_judgments = models.PositiveSmallIntegerField()
    # The newest task that was there when it was wanted, and the last one that was looked at.
    last_task = models.PositiveBigIntegerField()
    passed = models.PositiveBigIntegerField(default=0)
    # By the counters of the batches: how many there are about, to show how far it is.
    tasks_expected = models.PositiveIntegerField()
    tasks_seen = models.PositiveIntegerField(default=0)
    tasks_changed = models.PositiveIntegerField(default=0)
    is_complete = models.BooleanField(default=False)
    requested_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(judgments_per_task__gte=1), name="an_adjustment_asks_for_a_judgment"
            ),
        ]

    @property
    def tasks_done(self) -> int:
        """Return how many tasks were looked at, of those expected."""
        return min(self.tasks_seen, self.tasks_expected)

    @property
    def meter_end(self) -> int:
        """Return the end of a meter of it, which is never nought."""
        return max(self.tasks_expected, 1)

    def __str__(self) -> str:
        return f"adjustment of {self.project}"
