from django.db import migrations

from evalhub.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        *append_only("tasks_judgment", "A judgment is never changed. Add a revision."),
        *append_only("tasks_score", "A score is never changed. Add a revision of its judgment."),
    ]
