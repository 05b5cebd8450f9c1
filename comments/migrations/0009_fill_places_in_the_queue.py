"""Comments that waited before the queue had places get theirs from the time they wait."""

from datetime import timedelta

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    waiting = apps.get_model("comments", "Comment").objects.filter(held_since__isnull=False, due_at=None)
    waiting.update(due_at=F("held_since") + timedelta(minutes=settings.MODERATION_PROMISE_MINUTES))


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_places_in_the_queue")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
