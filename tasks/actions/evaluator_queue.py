"""Give an evaluator tasks from a queue, place by place; the part of a claim under its locks."""

from __future__ import annotations

import random
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from evalhub.models import Membership, Project, User
from rubrics.models import RubricVersion
from rubrics.presentation import Presentation
from rubrics.subject import JUDGED_ROLES
from tasks.candidates import AT_ONCE, candidates, held_ahead_by_others, kinds_for
from tasks.models import Assignment, FollowUp, QueueWalk, Task
from tasks.places import (
    close,
    lease_end,
    lock_task,
    renew_lease,
    reopen,
    settle,
    take_free_place,
)


class EvaluatorQueue:
    """A project's queue as one evaluator meets it, within one transaction.

    Only whoever holds the evaluator's membership locked makes one, so that it meets no other of
    the same evaluator.
    """

    def __init__(
        self, member: Membership, evaluator: User, project: Project, version: RubricVersion
    ) -> None:
        self.evaluator, self.project, self.version = evaluator, project, version
        self.kinds = kinds_for(project, is_qualified=member.qualified_at is not None)
        self.came_to: tuple[dict[str, str], datetime | None] | None = None
        self.has_locked_a_task = False

    def close(self) -> None:
        """Store how far the evaluator has come, where that changed."""
        if self.came_to is None:
            return  # nothing was looked for
        walk, _ = self._walk
        if (walk.passed, walk.looked_back_at) != self.came_to:
            walk.save(update_fields=["passed", "looked_back_at"])

    def take_back(self) -> Assignment | None:
        """Go on with a task whose hold lapsed a while ago, where it still has a place."""
        lapsed = self.project.assignments.lapsed_lately().filter(evaluator=self.evaluator)
        for assignment in lapsed[:AT_ONCE]:
            task = self._lock(assignment.task_id, waits=False)
            if task and reopen(assignment, task):
                return assignment
        return None

    def promote(self, ahead: list[Assignment]) -> Assignment | None:
        """Make the first of what is held `ahead` the current task, under the version in force."""
        open_task = Task.objects.filter(pk=OuterRef("task"), state=Task.State.OPEN)
        open_task = open_task.filter(kind__in=self.kinds).not_judged_under(self.judged_anew)
        for assignment in ahead:
            held = Assignment.objects.filter(Exists(open_task), pk=assignment.pk)
            if renew_lease(assignment, held, **self._as_current(assignment)):
                return assignment
            self._give_back(assignment)
        return None

    def claim(self) -> Assignment | None:
        """Give the evaluator a current task, the first that has a place.

        Waits for tasks that others are claiming only where nothing else is left.
        """
        return (
            self._claim_first(is_ahead=False, waits=False)
            or (not self.has_locked_a_task and self._claim_first(is_ahead=False, waits=True))
            or self._take_from_ahead()
            or None
        )

    def hold_ahead(self, ahead: list[Assignment]) -> list[Assignment]:
        """Renew those held `ahead`, hold more, up to the project's number, and return all of them.

        Never waits for a lock: whoever has it may be waiting for the task that was just claimed.
        """
        held = self._renew(ahead)
        while len(held) < self.project.holds_ahead:
            more = self._claim_first(is_ahead=True, waits=False)
            if more is None:
                break
            held.append(more)
        return held

    def _renew(self, ahead: list[Assignment]) -> list[Assignment]:
        """Renew all of these at once; return those that nobody has taken meanwhile."""
        rows = Assignment.objects.open().filter(pk__in=[one.pk for one in ahead])
        if ahead and rows.update(leased_until=lease_end(self.project)) < len(ahead):
            left = set(rows.values_list("pk", flat=True))
            ahead = [one for one in ahead if one.pk in left]
        for one in ahead:
            if one.version_id == self.version.pk:
                one.version = self.version
        return ahead

    @cached_property
    def judged_anew(self) -> set[int]:
        """The versions whose judgments are made anew."""
        return FollowUp.objects.judge_anew([self.version.rubric_id])

    @cached_property
    def _walk(self) -> tuple[QueueWalk, datetime]:
        """How far the evaluator has come, and the time by the database's clock."""
        mine = {"project": self.project, "evaluator": self.evaluator}
        rows = QueueWalk.objects.filter(**mine).annotate(now=Now())
        walk = rows.first()
        if walk is None:
            QueueWalk.objects.create(**mine)
            walk = rows.get()
        self.came_to = (walk.passed, walk.looked_back_at)
        return walk, walk.now

    def _claim_first(self, *, is_ahead: bool, waits: bool) -> Assignment | None:
        walk, now = self._walk
        found = candidates(
            self.evaluator,
            self.project,
            walk,
            kinds=self.kinds,
            judged_anew=self.judged_anew,
            now=now,
        )
        for chunk in found:
            for pk in chunk:
                if assignment := self._try(pk, is_ahead=is_ahead, waits=waits):
                    return assignment
        return None

    def _try(self, pk: int, *, is_ahead: bool, waits: bool) -> Assignment | None:
        """Take a place of the task `pk`; where it has none, let its lock go again.

        Whoever waits for one task while holding another may be waiting for each other.
        """
        before, point = self.has_locked_a_task, transaction.savepoint()
        task = self._lock(pk, waits=waits)
        place = take_free_place(task) if task else None
        if task is None or place is None:
            transaction.savepoint_rollback(point)
            self.has_locked_a_task = before
            return None
        transaction.savepoint_commit(point)
        return self._give(task, place, is_ahead=is_ahead)

    def _lock(self, pk: int, *, waits: bool) -> Task | None:
        """Lock a task that this evaluator may be given; None where it is not, or is locked."""
        task = (
            Task.objects.given_out()
            .filter(pk=pk, kind__in=self.kinds)
            .not_given_to(self.evaluator)
            .not_judged_under(self.judged_anew)
            .select_for_update(no_key=True, of=("self",), skip_locked=not waits)
            .first()
        )
        self.has_locked_a_task = self.has_locked_a_task or task is not None
        return task

    def _give(self, task: Task, place: int, *, is_ahead: bool) -> Assignment:
        assignment = Assignment.objects.create(
            task=task,
            project=self.project,
            evaluator=self.evaluator,
            version=self.version,
            is_ahead=is_ahead,
            place=place,
            places=task.judgments_per_task,
            leased_until=lease_end(self.project),
            image_order=shuffle_sides(task, self.version),
        )
        if not is_ahead:
            assignment.refresh_from_db(fields=["leased_until"])
        settle(task)
        return assignment

    def _take_from_ahead(self) -> Assignment | None:
        """Take a task that another evaluator holds ahead and has not come to."""
        for pk in held_ahead_by_others(self.evaluator, self.project):
            task = self._lock(pk, waits=False)
            if task is None:
                continue
            ahead = task.assignments.open().filter(is_ahead=True).order_by("-pk").first()
            if ahead:
                close(ahead, Assignment.State.RELEASED)
            place = take_free_place(task)
            if place is not None:
                return self._give(task, place, is_ahead=False)
        return None

    def _as_current(self, assignment: Assignment) -> dict[str, Any]:
        """Return what changes of a task held ahead when the evaluator comes to it."""
        comes_to_it = {"is_ahead": False, "version": self.version, "opened_at": Now()}
        if assignment.version_id == self.version.pk:
            return comes_to_it
        return {**comes_to_it, "image_order": shuffle_sides(assignment.task, self.version)}

    def _give_back(self, assignment: Assignment) -> None:
        task = lock_task(assignment.task_id)
        self.has_locked_a_task = True
        close(assignment, Assignment.State.RELEASED)
        settle(task)


def shuffle_sides(task: Task, version: RubricVersion) -> list[int]:
    """Return the positions of the task's images with the judged ones dealt anew, if that is asked.

    What they are compared with stays where it is; empty: all in their own order.
    """
    if not Presentation.read(version.presentation).shuffles_sides:
        return []
    rows = list(task.task_images.order_by("position").values_list("position", "role"))
    judged = [position for position, role in rows if role in JUDGED_ROLES]
    if len(judged) < 2:
        return []
    dealt = iter(random.SystemRandom().sample(judged, len(judged)))
    return [next(dealt) if role in JUDGED_ROLES else position for position, role in rows]
