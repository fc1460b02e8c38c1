from __future__ import annotations

from django.db import models

from tasks.models.batch import Batch


class Manifest(models.Model):
    """The table that a batch is made from, a task for each row, and how far it is read."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="manifest")
    # Where it is on the server, its member's name where that is a ZIP, and what holds its images.
    path = models.CharField(max_length=1000)
    member = models.CharField(max_length=500, blank=True)
    images_path = models.CharField(max_length=1000)
    # Pairs of a column and what it is for: `tasks.manifests.mapping`.
    columns = models.JSONField(default=list)
    # Of its content at the first run: another one is another manifest.
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Written together with the tasks of the rows up to it.
    last_row = models.PositiveIntegerField(default=0, editable=False)
    rows_accepted = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return f"manifest of {self.batch}"
