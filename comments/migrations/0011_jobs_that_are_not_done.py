"""An index over jobs that failed or run, which are few among those that were done."""

from typing import Any

from django.db import migrations

INDEX = """
CREATE INDEX newsroom_jobs_not_done ON django_tasks_database_dbtaskresult (status, finished_at)
    WHERE status IN ('RUNNING', 'FAILED');
"""


def add_index(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL, where newsrooms are large enough for it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX newsroom_jobs_not_done")


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0010_held_comments_have_a_place"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(add_index, drop_index)]
