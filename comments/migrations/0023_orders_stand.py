"""On PostgreSQL: orders for discussions and their ends cannot be changed, as in 0015."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER_CHANGED = ("comments_modeorder", "comments_modeorderend")


def add_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in NEVER_CHANGED:
        schema_editor.execute(
            f"CREATE TRIGGER row_stands BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION comments_refuse_change()"
        )


def remove_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in NEVER_CHANGED:
        schema_editor.execute(f"DROP TRIGGER row_stands ON {table}")


class Migration(migrations.Migration):
    dependencies = [("comments", "0022_modes_and_raids")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
