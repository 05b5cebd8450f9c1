"""Days counted before more was counted of them are counted anew; months appear again with their days."""

from typing import Any

from django.db import migrations


def forget_figures(apps: Any, schema_editor: Any) -> None:
    """The next count begins with the first decision, since no day is counted."""
    apps.get_model("comments", "Figures").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0030_mails_of_many_decisions")]

    operations = [migrations.RunPython(forget_figures, migrations.RunPython.noop)]
