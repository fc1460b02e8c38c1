import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tasks.models.task
from evalhub.triggers import append_only, lift

GUARDS = append_only("tasks_judgment", "A judgment is never changed. Add a revision.")


class Migration(migrations.Migration):
    dependencies = [
        ("evalhub", "0004_queue_settings"),
        ("rubrics", "0003_released_artefacts"),
        ("tasks", "0005_follow_ups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(lift(one) for one in GUARDS),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="QueueWalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seed",
                    models.PositiveIntegerField(
                        default=tasks.models.task.draw_shuffle, editable=False
                    ),
                ),
                ("passed", models.JSONField(default=dict, editable=False)),
                ("looked_back_at", models.DateTimeField(editable=False, null=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="assignment",
            name="open_leases_by_end",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="open_tasks_in_queue_order",
        ),
        migrations.AddField(
            model_name="assignment",
            name="is_ahead",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="assignment",
            name="project",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="evalhub.project",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="judgments_asked",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="judgments_done",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="tasks_finished",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="tasks_open",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="judgment",
            name="vote",
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="task",
            name="free_places",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="is_panel",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="kind",
            field=models.CharField(
                choices=[
                    ("production", "Production"),
                    ("reask", "Asked again"),
                    ("gold", "Gold"),
                    ("training", "Training"),
                    ("qualification", "Qualification"),
                ],
                default="production",
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="offered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="shuffle",
            field=models.PositiveIntegerField(
                default=tasks.models.task.draw_shuffle, editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["project", "leased_until"],
                name="open_leases_by_end",
            ),
        ),
        migrations.AddIndex(
            model_name="judgment",
            index=models.Index(
                fields=["evaluator", "project", "submitted_at"], name="judgments_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["project", "kind", "id"], name="tasks_of_project_by_kind"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="evaluator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="evalhub.project",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="tasks.task",
            ),
        ),
        migrations.AddField(
            model_name="queuewalk",
            name="evaluator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="walks",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="queuewalk",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="walks",
                to="evalhub.project",
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("answered_at", None)),
                fields=["evaluator", "project", "id"],
                name="open_invitations",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("task", "evaluator"), name="one_invitation_per_task_and_evaluator"
            ),
        ),
        migrations.AddConstraint(
            model_name="queuewalk",
            constraint=models.UniqueConstraint(
                fields=("project", "evaluator"), name="one_walk_per_project_and_evaluator"
            ),
        ),
    ]
