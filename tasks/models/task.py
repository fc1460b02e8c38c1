from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tasks.models.assignment import Assignment
from tasks.models.judgment import Judgment

if TYPE_CHECKING:
    from evalhub.models import User


class TaskQuerySet(models.QuerySet["Task"]):
    def claimable_by(self, user: User) -> TaskQuerySet:
        """Return the open tasks with a free place that `user` was not given before.

        A task that lapsed or was released comes back; one that was judged or skipped does not.
        What asks some criteria again is for those who judged the task it follows; a task that a
        release has judged anew is for nobody, from the moment of the release on.
        """
        given = Assignment.objects.filter(
            task=OuterRef("pk"),
            evaluator=user,
            state__in=[
                Assignment.State.OPEN,
                Assignment.State.SUBMITTED,
                Assignment.State.SKIPPED,
            ],
        )
        held = (
            Assignment.objects.held()
            .filter(task=OuterRef("pk"))
            .order_by()
            .values("task")
            .annotate(n=Count("pk"))
            .values("n")
        )
        judged_before = Assignment.objects.filter(
            task=OuterRef("follows"), evaluator=user, state=Assignment.State.SUBMITTED
        )
        judged_anew = Judgment.objects.current().filter(
            task=OuterRef("pk"), version__followed_up_by__criteria=[]
        )
        return self.filter(
            ~Exists(given),
            ~Exists(judged_anew),
            Q(follows=None) | Q(criteria=[]) | Exists(judged_before),
            state=Task.State.OPEN,
            judgments_done__lt=F("judgments_per_task") - Coalesce(Subquery(held), 0),
        )

    def in_queue_order(self) -> TaskQuerySet:
        """Order by priority, then what is nearest to being finished, then age."""
        return self.order_by("-priority", "-judgments_done", "pk")


class Task(models.Model):
    """What an evaluator is asked to judge: images with roles, and context such as a prompt."""

    class State(models.TextChoices):
        IMPORTING = "importing", "Importing"
        OPEN = "open", "Open"
        FINISHED = "finished", "Finished"
        WITHDRAWN = "withdrawn", "Withdrawn"

    project = models.ForeignKey("evalhub.Project", on_delete=models.PROTECT, related_name="tasks")
    batch = models.ForeignKey("tasks.Batch", on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.IMPORTING)
    priority = models.SmallIntegerField(default=0)
    prompt = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    # What a `questions` criterion asks, line by line: `rubrics.subject.Question`, as plain data.
    questions = models.JSONField(default=list, blank=True)
    # Never shown to evaluators: which model made the picture, for instance.
    hidden_context = models.JSONField(default=dict, blank=True)
    judgments_per_task = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    judgments_done = models.PositiveSmallIntegerField(default=0, editable=False)
    # The task that this one asks about again, after a release of the rubric; those who judged
    # that one judge this one.
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    # The keys of the criteria it asks for; empty: all of them.
    criteria = models.JSONField(default=list, blank=True)
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
                condition=Q(judgments_done__lte=F("judgments_per_task")),
                name="a_task_never_has_more_judgments_than_asked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "-priority", "-judgments_done", "id"],
                condition=Q(state="open"),
                name="open_tasks_in_queue_order",
            ),
            models.Index(fields=["project", "id"], name="tasks_of_project"),
            models.Index(fields=["project", "state", "id"], name="tasks_of_project_by_state"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


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
