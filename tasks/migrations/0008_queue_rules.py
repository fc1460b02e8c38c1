import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_queue_counts")]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="evalhub.project",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="is_queued",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(("free_places__gt", 0), ("kind", "production"), ("state", "open")),
                    models.BooleanField(),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None), ("is_ahead", False)),
                fields=("evaluator", "project"),
                name="one_current_assignment_per_evaluator_and_project",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="an_assignment_is_open_until_it_is_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "free_places__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("judgments_per_task"), "-", models.F("judgments_done")
                        ),
                    )
                ),
                name="a_task_never_has_more_free_places_than_missing_judgments",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", -10), ("priority__lte", 10)),
                name="a_priority_is_one_of_few",
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
    ]
