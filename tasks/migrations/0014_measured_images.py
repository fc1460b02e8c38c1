from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0013_changes_of_judgments"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="measured",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
