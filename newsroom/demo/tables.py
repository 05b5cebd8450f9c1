"""An empty database's tables made at once: by its migrations one after the other, the demo waits twice as long."""

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def can_be_made_at_once() -> bool:
    """Whether the database is SQLite's and has no table: on PostgreSQL migrations also add what no model says."""
    return connection.vendor == "sqlite" and not connection.introspection.table_names()


def make_tables() -> None:
    """All tables are as the migrations leave them in an empty database, and every migration counts as applied.

    All of it or nothing. Groups and permissions are there, as after `migrate`.
    """
    loader, recorder = MigrationLoader(None), MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        recorder.ensure_schema()
        nodes = [key for key, node in loader.graph.node_map.items() if not node.key[1].startswith("__")]
        for app, name in nodes:
            recorder.record_applied(app, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
