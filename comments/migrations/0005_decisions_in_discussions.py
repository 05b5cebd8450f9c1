"""Decisions that are there already: the discussion in which their comment stands, which no digest has in it."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def file(apps: Any, editor: Any) -> None:
    using, is_postgresql = editor.connection.alias, editor.connection.vendor == "postgresql"
    decision, comment = (apps.get_model("comments", name) for name in ("Decision", "Comment"))
    theirs = comment.objects.filter(pk=OuterRef("comment")).values("discussion")
    if is_postgresql:
        editor.execute("ALTER TABLE comments_decision DISABLE TRIGGER row_stands")
    rows = decision.objects.using(using).filter(comment__isnull=False)
    rows.update(in_discussion=Subquery(theirs))
    if is_postgresql:
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("ALTER TABLE comments_decision ENABLE TRIGGER row_stands")


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_log_of_a_story")]
    operations = [migrations.RunPython(file, migrations.RunPython.noop)]
