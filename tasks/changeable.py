"""Which own judgments an evaluator can still change, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable

from evalhub.models import Project
from tasks.models import Judgment, Task
from tasks.models.judgment import CHANGEABLE

DRAWN = "It was drawn for review, so it stays as it is."
WITHDRAWN = "Its task was withdrawn, so it stays as it is."
JUDGED_AGAIN = "You have judged this task again since. Change that later judgment instead."
TOO_OLD = f"You can change your last {CHANGEABLE} judgments here, and this one is older."
PAUSED = "The project is paused. You can change your judgment when work goes on."
CLOSED = "The project is closed, so its judgments stay as they are."


def why_not_changeable(judgment: Judgment) -> str:
    """Return in words why a current judgment cannot be changed by its evaluator, if so.

    What it says holds on while the task and those that follow it are locked.
    """
    last = Judgment.objects.last_of(judgment.evaluator, judgment.project)
    if not last.filter(pk=judgment.pk).exists():
        return TOO_OLD
    return reasons_of_the_last([judgment])[judgment.pk]


def reasons_of_the_last(judgments: Iterable[Judgment]) -> dict[int, str]:
    """Return why each of an evaluator's last judgments stays as it is, if so, in one query.

    Of many, have their tasks, projects and assignments at hand.
    """
    judgments = list(judgments)
    again = set(
        Judgment.objects.filter(
            task__follows__in={one.task_id for one in judgments},
            evaluator__in={one.evaluator_id for one in judgments},
        ).values_list("task__follows", flat=True)
    )
    return {one.pk: _reason(one, was_judged_again=one.task_id in again) for one in judgments}


def _reason(judgment: Judgment, *, was_judged_again: bool) -> str:
    if judgment.project.state == Project.State.CLOSED:
        return CLOSED
    if judgment.assignment.closed_to_changes_at:
        return DRAWN
    if judgment.task.state == Task.State.WITHDRAWN:
        return WITHDRAWN
    if was_judged_again:
        return JUDGED_AGAIN
    return "" if judgment.project.is_active else PAUSED
