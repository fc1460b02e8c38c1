"""What an evaluator has done today, for a quiet line on the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils import timezone

from evalhub.models import Project, User
from tasks.models import Judgment
from tasks.models.judgment import JudgmentQuerySet
from tasks.wording import duration


@dataclass(frozen=True)
class Today:
    """The judgments of one evaluator in a project since midnight in the site's time zone."""

    judgments: int
    active_seconds: int

    @property
    def active_time(self) -> str:
        return duration(self.active_seconds)


def has_reached_cap(user: User, project: Project) -> bool:
    """Return whether `user` has made as many judgments today as the project lets one make."""
    return project.daily_cap is not None and _today(user, project).count() >= project.daily_cap


def work_today(user: User, project: Project) -> Today:
    """Return what `user` has done in `project` today; first answers count, revisions do not."""
    sums = _today(user, project).aggregate(count=Count("pk"), seconds=Sum("active_seconds"))
    return Today(judgments=sums["count"], active_seconds=sums["seconds"] or 0)


def _today(user: User, project: Project) -> JudgmentQuerySet:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Judgment.objects.filter(
        evaluator=user, project=project, revision=1, submitted_at__gte=midnight
    )
