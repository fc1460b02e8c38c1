from __future__ import annotations

from django.db import models
from django.db.models import Q

from tasks.models.task_pass import TaskPass


class Adjustment(TaskPass):
    """Another number of judgments for the tasks that are there; its work row asks them for it.

    A project has one: a newer change is written over it, and whatever runs goes on with that.
    """

    project = models.OneToOneField(
        "evalhub.Project", on_delete=models.PROTECT, related_name="adjustment"
    )
    # What tasks are asked for, and those of the panel at least.
    judgments_per_task = models.PositiveSmallIntegerField()
    most_judgments = models.PositiveSmallIntegerField()
    # The newest task that was there when it was wanted.
    last_task = models.PositiveBigIntegerField()
    is_complete = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(judgments_per_task__gte=1), name="an_adjustment_asks_for_a_judgment"
            ),
        ]

    def __str__(self) -> str:
        return f"adjustment of {self.project}"
