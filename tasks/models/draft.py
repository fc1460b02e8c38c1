from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.http import QueryDict

if TYPE_CHECKING:
    from tasks.models.assignment import Assignment


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, assignment: Assignment) -> DraftQuerySet:
        """Return the draft of what `assignment` asks, whichever hold it was typed under."""
        return self.filter(
            evaluator=assignment.evaluator_id,
            task=assignment.task_id,
            version=assignment.version_id,
        )


class Draft(models.Model):
    """What an evaluator has typed about a task and not submitted, kept until they do.

    It belongs to no assignment: the hold may lapse and be claimed again meanwhile.
    """

    # The keys have no index of their own: the constraint's serves every read, each save writes one.
    evaluator = models.ForeignKey(
        "evalhub.User", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        "tasks.Task", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Counted by the browser, one more with each save; the higher one is the newer.
    sequence = models.PositiveIntegerField()
    # The fields of the form by name, each with its values, as the browser would send them.
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluator", "task", "version"],
                name="one_draft_per_evaluator_task_and_version",
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="the_saves_of_a_draft_are_counted_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    def as_sent(self) -> QueryDict:
        """Return what was typed as the browser would send it with the form."""
        sent = QueryDict(mutable=True)
        for name, values in self.typed.items():
            sent.setlist(name, values)
        return sent
