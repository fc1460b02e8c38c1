from __future__ import annotations

from django.db import models
from django.db.models import Q


class CriterionChange(models.Model):
    """How one criterion of a release relates to the release before; written once, when published.

    The empty key stands for the version as a whole: its instruction and presentation. Scores
    before and after may be put together only where `is_comparable`.
    """

    class Kind(models.TextChoices):
        UNCHANGED = "unchanged", "Unchanged"
        EDITORIAL = "editorial", "Editorial"
        CLARIFYING = "clarifying", "Clarifying"
        BREAKING = "breaking", "Breaking"
        ADDED = "added", "Added"
        REMOVED = "removed", "Removed"

    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="changes"
    )
    earlier = models.ForeignKey("rubrics.RubricVersion", on_delete=models.PROTECT, related_name="+")
    criterion_key = models.CharField(max_length=60, blank=True)
    proposed = models.CharField(max_length=10, choices=Kind)
    decided = models.CharField(max_length=10, choices=Kind)
    is_comparable = models.BooleanField()

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "criterion_key"], name="one_change_per_version_and_criterion"
            ),
            models.CheckConstraint(
                condition=Q(
                    is_comparable=True, decided__in=["unchanged", "editorial", "clarifying"]
                )
                | Q(is_comparable=False, decided__in=["breaking", "added", "removed"]),
                name="only_unbroken_criteria_are_comparable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_key or 'instruction'} {self.decided} in {self.version}"


class Acknowledgement(models.Model):
    """That a person has read what a version says, and when.

    `changed_from` is the version whose difference was shown; none for a person who began with
    this version, for whom nothing had changed.
    """

    version = models.ForeignKey(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="acknowledgements"
    )
    user = models.ForeignKey(
        "evalhub.User", on_delete=models.PROTECT, related_name="acknowledgements"
    )
    changed_from = models.ForeignKey(
        "rubrics.RubricVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "user"], name="one_acknowledgement_per_version_and_person"
            ),
        ]
        indexes = [models.Index(fields=["user", "version"], name="acknowledgements_of_user")]

    def __str__(self) -> str:
        return f"{self.user} read {self.version}"
