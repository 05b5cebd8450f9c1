"""On PostgreSQL: statements of reasons refuse UPDATE and DELETE, as decisions do."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add_trigger(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TRIGGER row_stands BEFORE UPDATE OR DELETE ON comments_statement"
            " FOR EACH ROW EXECUTE FUNCTION comments_refuse_change()"
        )


def remove_trigger(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER row_stands ON comments_statement")


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_article_17")]
    operations = [migrations.RunPython(add_trigger, remove_trigger)]
