from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from evalhub.models import Role
from evalhub.work import Work

if TYPE_CHECKING:
    from evalhub.models import User


class ImageQuerySet(models.QuerySet["Image"]):
    def visible_to(self, user: User) -> ImageQuerySet:
        """Return the images `user` may see.

        Reviewers, leads and managers see their projects' images; an evaluator only those of
        a task that was given to them.
        """
        staff = Q(
            task_images__task__project__memberships__user=user,
            task_images__task__project__memberships__role__in=[
                Role.REVIEWER,
                Role.LEAD,
                Role.MANAGER,
            ],
        )
        own = Q(
            task_images__task__assignments__evaluator=user,
            task_images__task__project__memberships__user=user,
            task_images__task__project__memberships__role=Role.EVALUATOR,
        )
        return self.filter(staff | own).distinct()


class Image(Work):
    """A stored picture, one row per distinct content; its work row makes the renditions.

    measured: what evalhub/imaging/measure.py found, empty until the renditions are made.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=200, unique=True)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    measured = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["sent_at", "id"],
                condition=Q(work_state__in=["waiting", "running"]),
                name="images_waiting",
            ),
            # Of a million images few are broken: the list of their tasks begins with them.
            models.Index(fields=["work_state", "id"], name="images_by_state"),
        ]

    def __str__(self) -> str:
        return f"image {self.pk} ({self.width} × {self.height})"


class Rendition(models.Model):
    """A derived size of an image, upright, in sRGB or its own profile, without metadata."""

    class Kind(models.TextChoices):
        THUMBNAIL = "thumbnail", "Thumbnail"
        SCREEN = "screen", "Screen size"
        FULL = "full", "Full size"

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["image", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["image", "kind"], name="one_rendition_per_image_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.image}"

    def get_absolute_url(self) -> str:
        """Return the address of just these bytes: made anew, a rendition has another one."""
        return reverse("media", args=[self.image_id, self.kind], query={"v": self.short_hash})

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]
