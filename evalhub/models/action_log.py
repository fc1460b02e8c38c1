"""The action log: append-only, chained by hash, one chain per project and one for the site."""

from __future__ import annotations

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class ActionChain(models.Model):
    """The head of one chain; its row lock puts the chain's entries in order."""

    name = models.CharField(max_length=80, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return self.name


class ActionLog(models.Model):
    """Who did what to which object, with the state before and after."""

    chain = models.ForeignKey(ActionChain, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveBigIntegerField()
    project = models.ForeignKey(
        "evalhub.Project", null=True, on_delete=models.PROTECT, related_name="actions"
    )
    actor = models.ForeignKey(
        "evalhub.User", null=True, on_delete=models.PROTECT, related_name="actions"
    )
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "position"], name="one_action_per_chain_and_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"

    def compute_hash(self) -> str:
        """Return the SHA-256, in hex, of this entry's content and the hash before it."""
        content = json.dumps(
            [
                self.chain_id,
                self.position,
                self.project_id,
                self.actor_id,
                self.verb,
                self.object_type,
                self.object_id,
                self.before,
                self.after,
                self.request_id,
                self.at.isoformat(),
                self.previous_hash,
            ],
            cls=DjangoJSONEncoder,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(content.encode()).hexdigest()
