from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from evalhub.triggers import append_only


def begin_site_chain(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("evalhub", "ActionChain").objects.get_or_create(name="site")


class Migration(migrations.Migration):
    dependencies = [("evalhub", "0001_initial")]

    operations = [
        *append_only("evalhub_actionlog", "The action log is never changed."),
        migrations.RunPython(begin_site_chain, migrations.RunPython.noop),
    ]
