from __future__ import annotations

from django.db import models
from django.db.models import Q

from tasks.models.task import HIGHEST_PRIORITY, LOWEST_PRIORITY
from tasks.models.task_pass import TaskPass


class BatchChange(TaskPass):
    """What a manager asks of the tasks of a batch; its work row brings them into line with it.

    A batch has one: what is asked later is written over it, and whatever runs goes on with that.
    """

    class Unjudged(models.TextChoices):
        LEAVE = "", "Left as they are"
        WITHDRAW = "withdraw", "Withdrawn"
        RESTORE = "restore", "Put back"

    batch = models.OneToOneField("tasks.Batch", on_delete=models.CASCADE, related_name="change")
    # None: each task has the priority it came with.
    priority = models.SmallIntegerField(null=True)
    is_paused = models.BooleanField(default=False)
    # Asked for once: empty again when all tasks were looked at.
    unjudged = models.CharField(max_length=10, choices=Unjudged, blank=True, default="")
    tasks_withdrawn = models.PositiveIntegerField(default=0)
    is_complete = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(priority=None)
                | Q(priority__gte=LOWEST_PRIORITY, priority__lte=HIGHEST_PRIORITY),
                name="a_batch_is_given_one_of_few_priorities",
            ),
        ]

    def __str__(self) -> str:
        return f"change of {self.batch}"

    @property
    def can_restore(self) -> bool:
        """Whether tasks are withdrawn, or are just being, that can be put back."""
        return self.tasks_withdrawn > 0 or self.unjudged == self.Unjudged.WITHDRAW
