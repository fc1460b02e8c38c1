from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0012_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="closed_to_changes_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
