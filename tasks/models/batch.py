from __future__ import annotations

from django.db import models
from django.urls import reverse

from evalhub.work import Work


class Batch(Work):
    """Tasks that came in together; its work row is the import that fills it.

    Evaluators meet its tasks when the import is done: nothing half-imported is visible.
    """

    class Source(models.TextChoices):
        UPLOAD = "upload", "Upload"
        FOLDER = "folder", "Folder on the server"
        DEMO = "demo", "Demo"
        FOLLOW_UP = "follow_up", "Asked again after a release"

    project = models.ForeignKey("evalhub.Project", on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=Source)
    # Files and folders on the server that the import takes pictures from.
    paths = models.JSONField(default=list)
    # Its tasks of production that evaluators can meet, and their judgments: `tasks.counters` alone
    # writes them, so that no page counts tasks.
    tasks_open = models.PositiveIntegerField(default=0, editable=False)
    tasks_finished = models.PositiveIntegerField(default=0, editable=False)
    judgments_done = models.PositiveIntegerField(default=0, editable=False)
    judgments_asked = models.PositiveIntegerField(default=0, editable=False)
    is_listed = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey("evalhub.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_hand(self) -> bool:
        """Whether its tasks are a manager's to pause or withdraw.

        While it is filled they are the import's, and what is asked again comes from a release.
        """
        return self.is_done and self.source != self.Source.FOLLOW_UP

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.project.slug, self.pk])


class ImportFile(models.Model):
    """One file of an import and what became of it: a row of the import report."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        DUPLICATE = "duplicate", "Duplicate"
        REFUSED = "refused", "Refused"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=500)
    # Where the bytes wait on the server, and the member's name where that file is an archive.
    path = models.CharField(max_length=1000)
    member = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField(blank=True)
    image = models.ForeignKey(
        "tasks.Image", null=True, on_delete=models.PROTECT, related_name="import_files"
    )

    class Meta:
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "path", "member"], name="one_import_file_per_batch_and_source"
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "outcome", "id"], name="import_files_by_outcome"),
        ]

    def __str__(self) -> str:
        return self.name
