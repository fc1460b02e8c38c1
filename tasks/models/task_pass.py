from __future__ import annotations

from django.db import models

from evalhub.work import Work


class TaskPass(Work):
    """Work that goes through tasks in order, and shows how far it is."""

    # The last task that was looked at, and how many were, of about how many.
    passed = models.PositiveBigIntegerField(default=0)
    tasks_expected = models.PositiveIntegerField(default=0)
    tasks_seen = models.PositiveIntegerField(default=0)
    tasks_changed = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def tasks_done(self) -> int:
        """Return how many tasks were looked at, of those expected."""
        return min(self.tasks_seen, self.tasks_expected)

    @property
    def meter_end(self) -> int:
        """Return the end of a meter of it, which is never nought."""
        return max(self.tasks_expected, 1)
