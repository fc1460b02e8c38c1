from __future__ import annotations

import random
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from tasks.models.assignment import Assignment
from tasks.models.judgment import Judgment

if TYPE_CHECKING:
    from evalhub.models import Project, User


LOWEST_PRIORITY, HIGHEST_PRIORITY = -10, 10


def draw_shuffle() -> int:
    """Return a random place in the order of tasks that nobody has begun."""
    return random.SystemRandom().randrange(2**31)


def was_given(user: User, task: str = "pk") -> Exists:
    """Return whether `user` holds, has judged or has skipped the task that `task` refers to."""
    given = [Assignment.State.OPEN, Assignment.State.SUBMITTED, Assignment.State.SKIPPED]
    return Exists(Assignment.objects.filter(task=OuterRef(task), evaluator=user, state__in=given))


class TaskQuerySet(models.QuerySet["Task"]):
    def queued(self, project: Project) -> TaskQuerySet:
        """Return the tasks of `project` that wait for any evaluator and have a free place."""
        return self.filter(project=project, is_queued=True)

    def given_out(self) -> TaskQuerySet:
        """Return the tasks that are open and not paused."""
        return self.filter(state=Task.State.OPEN, is_paused=False)

    def not_given_to(self, user: User) -> TaskQuerySet:
        """Leave out what `user` holds, has judged or skipped; what lapsed or was released stays."""
        return self.exclude(was_given(user))

    def not_judged_under(self, versions: Collection[int]) -> TaskQuerySet:
        """Leave out what has a judgment of one of `versions`: where a release has it judged anew.

        That is for nobody, from the release on. `FollowUp.objects.judge_anew` gives the versions:
        as a join of this query they would have a database look at every judgment there is.
        """
        if not versions:
            return self
        judged = Judgment.objects.current().filter(task=OuterRef("pk"), version__in=versions)
        return self.exclude(Exists(judged))


class Task(models.Model):
    """What an evaluator is asked to judge: images with roles, and context such as a prompt."""

    class State(models.TextChoices):
        IMPORTING = "importing", "Importing"
        OPEN = "open", "Open"
        FINISHED = "finished", "Finished"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Kind(models.TextChoices):
        PRODUCTION = "production", "Production"
        # Some criteria again, of those who judged the task it follows.
        REASK = "reask", "Asked again"
        # With a known answer: everybody judges it once, without knowing what it is.
        GOLD = "gold", "Gold"
        TRAINING = "training", "Training"
        QUALIFICATION = "qualification", "Qualification"

    project = models.ForeignKey("evalhub.Project", on_delete=models.PROTECT, related_name="tasks")
    batch = models.ForeignKey("tasks.Batch", on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.IMPORTING)
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.PRODUCTION)
    priority = models.SmallIntegerField(default=0)
    prompt = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    # What a `questions` criterion asks, line by line: `rubrics.subject.Question`, as plain data.
    questions = models.JSONField(default=list, blank=True)
    # Never shown to evaluators: which model made the picture, for instance.
    hidden_context = models.JSONField(default=dict, blank=True)
    judgments_per_task = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    judgments_done = models.PositiveSmallIntegerField(default=0, editable=False)
    # What is asked for less what is made and what is held: `places.settle` alone writes it.
    free_places = models.PositiveSmallIntegerField(default=0, editable=False)
    # How many of those asked for the stopping rule added, where the first ones left a doubt.
    judgments_added = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # One of the random few that get the most judgments whatever the stopping rule says.
    is_panel = models.BooleanField(default=False, editable=False)
    # Its place among the tasks that nobody has begun; each evaluator enters them elsewhere.
    shuffle = models.PositiveIntegerField(default=draw_shuffle, editable=False)
    # When a place of it last came free, once somebody had it; None: nobody has begun it.
    offered_at = models.DateTimeField(null=True, editable=False)
    # Its batch is paused: nobody is given it; who holds it already may finish.
    is_paused = models.BooleanField(default=False, db_default=False, editable=False)
    # In no partial index would SQLite prove a condition with parameters: hence a column.
    is_queued = models.GeneratedField(
        expression=ExpressionWrapper(
            Q(state="open", kind="production", is_paused=False, free_places__gt=0),
            models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # The task that this one asks about again, after a release of the rubric; those who judged
    # that one judge this one.
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    # The keys of the criteria it asks for; empty: all of them.
    criteria = models.JSONField(default=list, blank=True)
    # Of its images with their roles, and its prompt: the same of both is the same task again.
    content = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    images = models.ManyToManyField("tasks.Image", through="tasks.TaskImage", related_name="tasks")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="one_task_per_batch_and_key"),
            models.CheckConstraint(
                condition=Q(judgments_per_task__gte=1), name="a_task_asks_for_a_judgment"
            ),
            models.CheckConstraint(
                condition=Q(judgments_added__lt=F("judgments_per_task")),
                name="a_task_asks_for_a_judgment_before_any_is_added",
            ),
            models.CheckConstraint(
                condition=Q(judgments_done__lte=F("judgments_per_task")),
                name="a_task_never_has_more_judgments_than_asked",
            ),
            models.CheckConstraint(
                condition=Q(free_places__lte=F("judgments_per_task") - F("judgments_done")),
                name="a_task_never_has_more_free_places_than_missing_judgments",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=LOWEST_PRIORITY, priority__lte=HIGHEST_PRIORITY),
                name="a_priority_is_one_of_few",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "-priority", "offered_at", "shuffle", "id"],
                condition=Q(is_queued=True),
                name="queue_of_project",
            ),
            models.Index(fields=["project", "kind", "id"], name="tasks_of_project_by_kind"),
            models.Index(fields=["project", "id"], name="tasks_of_project"),
            models.Index(fields=["project", "state", "id"], name="tasks_of_project_by_state"),
            models.Index(fields=["project", "key"], name="tasks_of_project_by_key"),
            models.Index(fields=["project", "content"], name="tasks_of_project_by_content"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"

    @property
    def judgments_first(self) -> int:
        """Return how many judgments were asked for before any was added; agreement counts these."""
        return self.judgments_per_task - self.judgments_added


class TaskTag(models.Model):
    """A tag of a task, for the list of a batch: found there page by page, in the list's order."""

    LONGEST = 100

    # The keys have no index of their own: the two below serve every read.
    batch = models.ForeignKey(
        "tasks.Batch", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "tag"], name="one_row_per_task_and_tag"),
        ]
        indexes = [models.Index(fields=["batch", "tag", "task"], name="tags_of_batch")]

    def __str__(self) -> str:
        return self.tag


class TaskImage(models.Model):
    """One image of a task, in its role."""

    class Role(models.TextChoices):
        CANDIDATE = "candidate", "Candidate"
        REFERENCE = "reference", "Reference"
        SOURCE = "source", "Source"
        EDIT = "edit", "Edit"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="task_images")
    image = models.ForeignKey("tasks.Image", on_delete=models.PROTECT, related_name="task_images")
    role = models.CharField(max_length=10, choices=Role, default=Role.CANDIDATE)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "position"], name="one_image_per_task_and_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.task}"
