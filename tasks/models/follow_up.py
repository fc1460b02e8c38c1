from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from evalhub.work import Work
from rubrics.models import Rubric, RubricVersion


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def judge_anew(self, rubrics: Iterable[int] | models.QuerySet[Rubric]) -> set[int]:
        """Return the ids of the versions of `rubrics` whose judgments are made anew."""
        whole = self.filter(criteria=[], version__rubric__in=rubrics, behind__isnull=False)
        return set(whole.values_list("behind", flat=True))


class FollowUp(Work):
    """What a release asks of the judgments made under the version before: tasks to judge again.

    Its work row makes the tasks, one for each task judged under that version, in a batch of their
    own; run again, it adds those of judgments that came in since.
    """

    version = models.OneToOneField(
        "rubrics.RubricVersion", on_delete=models.PROTECT, related_name="follow_up"
    )
    # The versions whose judgments it is about; settled when the version is released.
    behind = models.ManyToManyField("rubrics.RubricVersion", related_name="followed_up_by")
    # The keys of the criteria that are asked again; empty: all of them.
    criteria = models.JSONField(default=list)
    batch = models.OneToOneField(
        "tasks.Batch", null=True, on_delete=models.PROTECT, related_name="follow_up"
    )

    objects = FollowUpQuerySet.as_manager()

    def __str__(self) -> str:
        return f"follow-up of {self.version}"


class Release(RubricVersion):
    """A version as what its release does to tasks; admin publishes it under this name."""

    class Meta:
        proxy = True
