import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

WORK_STATES = [
    ("waiting", "Waiting"),
    ("running", "Running"),
    ("done", "Done"),
    ("failed", "Failed"),
]


def index_tags(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write the tags of the tasks that are there as rows."""
    tagged = apps.get_model("tasks", "Task")._default_manager.exclude(tags=[])
    tag_model = apps.get_model("tasks", "TaskTag")
    rows = []
    for pk, batch, tags in tagged.values_list("pk", "batch", "tags").iterator(chunk_size=1000):
        cut = {str(tag).strip()[:100].strip() for tag in tags} - {""}
        rows += [tag_model(task_id=pk, batch_id=batch, tag=tag) for tag in sorted(cut)]
        if len(rows) >= 1000:
            tag_model._default_manager.bulk_create(rows)
            rows = []
    tag_model._default_manager.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0015_manifests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="task", name="queue_of_project"),
        migrations.RemoveField(model_name="task", name="is_queued"),
        migrations.AddField(
            model_name="task",
            name="is_paused",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="is_queued",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(
                        ("free_places__gt", 0),
                        ("is_paused", False),
                        ("kind", "production"),
                        ("state", "open"),
                    ),
                    models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("is_queued", True)),
                fields=["project", "-priority", "offered_at", "shuffle", "id"],
                name="queue_of_project",
            ),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(fields=["work_state", "id"], name="images_by_state"),
        ),
        migrations.CreateModel(
            name="TaskTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tag", models.CharField(max_length=100)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tasks.batch",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tasks.task",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("task", "tag"), name="one_row_per_task_and_tag")
                ],
                "indexes": [models.Index(fields=["batch", "tag", "task"], name="tags_of_batch")],
            },
        ),
        migrations.CreateModel(
            name="BatchChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "work_state",
                    models.CharField(
                        choices=WORK_STATES, default="waiting", editable=False, max_length=10
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("failure", models.TextField(blank=True, editable=False)),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                ("runs_until", models.DateTimeField(editable=False, null=True)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                ("priority", models.SmallIntegerField(null=True)),
                ("is_paused", models.BooleanField(default=False)),
                (
                    "unjudged",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Left as they are"),
                            ("withdraw", "Withdrawn"),
                            ("restore", "Put back"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("tasks_withdrawn", models.PositiveIntegerField(default=0)),
                ("passed", models.PositiveBigIntegerField(default=0)),
                ("tasks_expected", models.PositiveIntegerField(default=0)),
                ("tasks_seen", models.PositiveIntegerField(default=0)),
                ("tasks_changed", models.PositiveIntegerField(default=0)),
                ("is_complete", models.BooleanField(default=True)),
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change",
                        to="tasks.batch",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority", None),
                            models.Q(("priority__gte", -10), ("priority__lte", 10)),
                            _connector="OR",
                        ),
                        name="a_batch_is_given_one_of_few_priorities",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="adjustment",
            name="tasks_expected",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(index_tags, migrations.RunPython.noop),
    ]
