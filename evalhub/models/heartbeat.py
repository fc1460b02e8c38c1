from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def worker_is_alive(self) -> bool:
        """Return whether a worker has run the heartbeat job in the last three minutes."""
        return self.filter(name="worker", at__gt=Now() - timedelta(minutes=3)).exists()


class Heartbeat(models.Model):
    """When a part of the system last said that it is alive."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
