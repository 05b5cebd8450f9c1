"""Days that were counted before more was counted of them are counted anew; months stay as they are until then."""

from typing import Any

from django.db import migrations


def forget_days(apps: Any, schema_editor: Any) -> None:
    """The next count begins with the first decision, since no day is counted."""
    apps.get_model("comments", "Figures").objects.filter(span="day").delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0030_mails_of_many_decisions")]

    operations = [migrations.RunPython(forget_days, migrations.RunPython.noop)]
