"""Fill in what the queue counts and remembers, for tasks that were there before it did."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Least, Now, Random

from evalhub.triggers import append_only

GUARDS = append_only("tasks_judgment", "A judgment is never changed. Add a revision.")
TAKEN = ["open", "submitted"]


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    task, assignment = apps.get_model("tasks", "Task"), apps.get_model("tasks", "Assignment")
    projects = task.objects.filter(pk=OuterRef("task")).values("project")
    assignment.objects.update(project=Subquery(projects))
    given = assignment.objects.filter(task=OuterRef("pk")).order_by()
    taken = given.filter(state__in=TAKEN).values("task").annotate(n=Count("pk")).values("n")
    task.objects.update(
        free_places=F("judgments_per_task") - Coalesce(Subquery(taken), 0),
        shuffle=Cast(Random() * (2**31 - 1), IntegerField()),
        priority=Least("priority", 10),
    )
    task.objects.filter(pk__in=assignment.objects.values("task")).update(offered_at=Now())
    task.objects.exclude(criteria=[]).update(kind="reask")
    _invite(apps)
    _number_votes(apps)
    _count_batches(apps)


def _invite(apps: StateApps) -> None:
    judgment, invitation = (
        apps.get_model("tasks", "Judgment"),
        apps.get_model("tasks", "Invitation"),
    )
    for task in apps.get_model("tasks", "Task").objects.filter(kind="reask").iterator():
        judged = judgment.objects.filter(task=task.follows_id, current_for__isnull=False)
        answered = judgment.objects.filter(task=task.pk).values_list("evaluator", flat=True)
        invitation.objects.bulk_create(
            invitation(task_id=task.pk, project_id=task.project_id, evaluator_id=evaluator)
            for evaluator in set(judged.values_list("evaluator", flat=True)) - set(answered)
        )


def _number_votes(apps: StateApps) -> None:
    judgment = apps.get_model("tasks", "Judgment")
    earlier = (
        judgment.objects.filter(task=OuterRef("task"), revision=1, pk__lt=OuterRef("first"))
        .order_by()
        .values("task")
        .annotate(n=Count("pk"))
        .values("n")
    )
    first = judgment.objects.filter(assignment=OuterRef("assignment"), revision=1).values("pk")
    numbered = judgment.objects.annotate(first=Subquery(first)).annotate(
        number=Coalesce(Subquery(earlier), 0) + 1
    )
    for pk, number in numbered.filter(number__gt=1).values_list("pk", "number").iterator():
        judgment.objects.filter(pk=pk).update(vote=number)


def _count_batches(apps: StateApps) -> None:
    task, batch = apps.get_model("tasks", "Task"), apps.get_model("tasks", "Batch")
    is_open, is_finished = Q(state="open"), Q(state="finished")
    asked = Case(
        When(is_open, then=F("judgments_per_task")), When(is_finished, then=F("judgments_done"))
    )
    sums = (
        task.objects.order_by()
        .values("batch")
        .annotate(
            tasks_open=Count("pk", filter=is_open),
            tasks_finished=Count("pk", filter=is_finished),
            done=Sum("judgments_done", filter=is_open | is_finished, default=0),
            asked=Sum(asked, default=0),
        )
    )
    for row in sums:
        batch.objects.filter(pk=row["batch"]).update(
            tasks_open=row["tasks_open"],
            tasks_finished=row["tasks_finished"],
            judgments_done=row["done"],
            judgments_asked=row["asked"],
        )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_queue")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop), *GUARDS]
