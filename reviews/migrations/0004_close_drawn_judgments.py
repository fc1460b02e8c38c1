from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def close_drawn_judgments(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Close to changes what was drawn for audit before judgments could be changed."""
    audits = apps.get_model("reviews", "Audit").objects.all()
    drawn_at = audits.filter(judgment__assignment=OuterRef("pk")).values("drawn_at")[:1]
    apps.get_model("tasks", "Assignment").objects.filter(
        pk__in=audits.values("judgment__assignment")
    ).update(closed_to_changes_at=Subquery(drawn_at))


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_agreement_versions"),
        ("tasks", "0013_changes_of_judgments"),
    ]

    operations = [
        migrations.RunPython(close_drawn_judgments, migrations.RunPython.noop),
    ]
