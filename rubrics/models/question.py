from __future__ import annotations

from django.db import models


class Question(models.Model):
    """What a person asks and a lead answers: in words, by a release that settles it, or both."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True)
    # The release that answers it, where one does.
    answered_in = models.ForeignKey(
        "rubrics.RubricVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_by = models.ForeignKey(
        "evalhub.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # When the person who asked put the answer away.
    seen_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
