from __future__ import annotations

from django.db import models
from django.urls import reverse

from evalhub.work import Work


class Export(Work):
    """One numbered, immutable bundle of a project's judgments; its work row builds it."""

    project = models.ForeignKey("evalhub.Project", on_delete=models.PROTECT, related_name="exports")
    number = models.PositiveIntegerField()
    requested_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # The newest judgment that belongs to the snapshot.
    watermark = models.PositiveBigIntegerField(default=0)
    rows_expected = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="one_export_per_project_and_number"
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.number} of {self.project}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.project.slug, self.number])
