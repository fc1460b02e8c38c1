"""Make the tasks by which a release has older work judged again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from evalhub.work import GiveUpError, WorkState
from rubrics.models import RubricVersion
from tasks.counters import add_to_batch, count_task
from tasks.models import Batch, FollowUp, Invitation, Judgment, Task, TaskImage
from tasks.models.task import HIGHEST_PRIORITY
from tasks.places import finish, settle
from tasks.tags import index_tags
from tasks.votes import draw_panel, judgments_asked_first

CHUNK = 100
LONGEST_KEY = 180
# Longer than any submit takes from its time stamp to its commit.
SUBMITS_WITHIN = timedelta(minutes=2)
REPEATED = (RubricVersion.OlderWork.REASK, RubricVersion.OlderWork.REDO)


def make_follow_up_tasks(follow_up: FollowUp) -> None:
    """Make what is missing of a follow-up's tasks; run again, it makes nothing twice.

    Asked again is of each task as many judgments as it has under the older versions; a task that
    is judged anew gets all the judgments that the first one asked for.
    """
    batch = _batch_of(follow_up)
    while missing := _missing(follow_up, batch)[:CHUNK]:
        with transaction.atomic():
            FollowUp.objects.select_for_update(no_key=True).get(pk=follow_up.pk)
            locked = _lock(batch, [pk for pk, _ in missing])
            for pk, judgments in missing:
                _follow(follow_up, batch, locked[pk], judgments)


def versions_behind(version: RubricVersion) -> list[int]:
    """Return the pks of the versions whose judgments a follow-up of `version` is about.

    That is the one before, and those before it whose work was kept with it.
    """
    earlier = RubricVersion.objects.filter(
        rubric=version.rubric_id, number__lt=version.number
    ).exclude(state=RubricVersion.State.DRAFT)
    found = []
    for pk, older_work in earlier.order_by("-number").values_list("pk", "older_work"):
        found.append(pk)
        if older_work != RubricVersion.OlderWork.KEEP:
            break
    return found


def follow_ups_behind() -> list[int]:
    """Return the pks of finished follow-ups after which older versions were still judged.

    A submit stamps its time before it commits, so that a run may miss what is stamped a little
    earlier than it ends: until that is past, it counts as behind.
    """
    done = FollowUp.objects.filter(work_state=WorkState.DONE).prefetch_related("behind")
    return [
        row.pk
        for row in done
        if row.finished_at and _was_judged_since(row, row.finished_at - SUBMITS_WITHIN)
    ]


def _was_judged_since(follow_up: FollowUp, since: datetime) -> bool:
    newest = (
        Judgment.objects.filter(version=version, revision=1)
        .order_by("-pk")
        .values_list("submitted_at", flat=True)
        .first()
        for version in follow_up.behind.all()
    )
    return any(submitted_at and submitted_at > since for submitted_at in newest)


def _batch_of(follow_up: FollowUp) -> Batch:
    """Return the follow-up's own batch; there is nothing to import into it."""
    with transaction.atomic():
        row = (
            FollowUp.objects.select_for_update(no_key=True, of=("self",))
            .select_related("batch", "version__rubric__project", "version__published_by")
            .get(pk=follow_up.pk)
        )
        if row.batch:
            return row.batch
        publisher = row.version.published_by
        if publisher is None:
            raise GiveUpError("The account that published this version is gone. Publish the next.")
        row.batch = Batch.objects.create(
            project=row.version.rubric.project,
            name=f"Asked again after version {row.version.number}",
            source=Batch.Source.FOLLOW_UP,
            is_listed=True,
            work_state=WorkState.DONE,
            finished_at=timezone.now(),
            created_by=publisher,
        )
        row.save(update_fields=["batch"])
        return row.batch


def _missing(follow_up: FollowUp, batch: Batch) -> Sequence[tuple[int, int]]:
    """Return (task, judgments) of each judged task whose follow-up is not there or too small."""
    made = dict(
        Task.objects.filter(batch=batch)
        .order_by()
        .values("follows")
        .annotate(asked=Max("judgments_per_task"))
        .values_list("follows", "asked")
    )
    judged = (
        Judgment.objects.current()
        .filter(version__in=follow_up.behind.all())
        .exclude(task__state=Task.State.WITHDRAWN)
        .order_by("task")
        .values("task")
        .annotate(judgments=Count("pk"))
        .values_list("task", "judgments")
    )
    grows = bool(follow_up.criteria)
    return [
        (task, judgments)
        for task, judgments in judged
        if task not in made or (grows and made[task] < judgments)
    ]


def _lock(batch: Batch, followed: Sequence[int]) -> dict[int, tuple[Task, Task | None]]:
    """Lock the tasks `followed` and their follow-ups in `batch`, and return both by the first's id.

    All before any is settled: a submit that has its task locked may be waiting for the batch.
    """
    rows = (
        Task.objects.select_for_update(no_key=True, of=("self",))
        .select_related("project")
        .filter(Q(pk__in=followed) | Q(batch=batch, follows__in=followed))
        .order_by("pk")
    )
    follow_ups = {task.follows_id: task for task in rows if task.batch_id == batch.pk}
    return {task.pk: (task, follow_ups.get(task.pk)) for task in rows if task.pk in set(followed)}


def _follow(
    follow_up: FollowUp, batch: Batch, locked: tuple[Task, Task | None], judgments: int
) -> None:
    """Make the follow-up of one task, or let the one there is take another judgment."""
    followed, task = locked
    if task is None:
        task = _make(follow_up, batch, followed, judgments)
    else:
        settle(task, judgments_per_task=max(judgments, task.judgments_per_task))
    if follow_up.criteria:
        _invite_who_judged(followed, task, follow_up)
    elif followed.state == Task.State.OPEN:  # judged anew: nothing more is asked of the first
        finish(followed)


def _make(follow_up: FollowUp, batch: Batch, followed: Task, judgments: int) -> Task:
    kind = Task.Kind.REASK if follow_up.criteria else Task.Kind.PRODUCTION
    is_panel = kind == Task.Kind.PRODUCTION and draw_panel(followed.project)
    asked = judgments if follow_up.criteria else _asked_anew(followed, is_panel=is_panel)
    task = Task.objects.create(
        project_id=followed.project_id,
        batch=batch,
        key=f"{followed.key[:LONGEST_KEY]} #{followed.pk}",
        state=Task.State.OPEN,
        kind=kind,
        is_panel=is_panel,
        priority=HIGHEST_PRIORITY,
        prompt=followed.prompt,
        tags=followed.tags,
        questions=followed.questions,
        hidden_context=followed.hidden_context,
        judgments_per_task=asked,
        free_places=asked,
        follows=followed,
        criteria=follow_up.criteria,
    )
    TaskImage.objects.bulk_create(_images_for(task, followed))
    index_tags([task])
    add_to_batch(batch.pk, count_task(task))
    return task


def _asked_anew(followed: Task, *, is_panel: bool) -> int:
    """Return how many judgments a task is asked for that has `followed` judged anew."""
    if is_panel or followed.is_panel:
        return judgments_asked_first(followed.project, is_panel=is_panel)
    return followed.judgments_first


def _invite_who_judged(followed: Task, task: Task, follow_up: FollowUp) -> None:
    """Have those judge `task` who judged the task it follows."""
    judged = Judgment.objects.current().filter(task=followed, version__in=follow_up.behind.all())
    Invitation.objects.bulk_create(
        [
            Invitation(task=task, project_id=task.project_id, evaluator_id=evaluator)
            for evaluator in judged.values_list("evaluator", flat=True)
        ],
        ignore_conflicts=True,
    )


def _images_for(task: Task, followed: Task) -> Iterator[TaskImage]:
    for row in followed.task_images.all():
        yield TaskImage(task=task, image_id=row.image_id, role=row.role, position=row.position)
