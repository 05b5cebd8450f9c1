"""On PostgreSQL: acts of withholding, their ends and the readings of originals cannot be changed or deleted."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER_CHANGED = ("withholding_withholding", "withholding_withheldreading", "withholding_withholdingend")
REFUSE = """
CREATE FUNCTION withholding_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % stand for ever: they are never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def add_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(REFUSE, params=None)
    for table in NEVER_CHANGED:
        schema_editor.execute(
            f"CREATE TRIGGER row_stands BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION withholding_refuse_change()"
        )


def remove_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in NEVER_CHANGED:
        schema_editor.execute(f"DROP TRIGGER row_stands ON {table}")
    schema_editor.execute("DROP FUNCTION withholding_refuse_change()")


class Migration(migrations.Migration):
    dependencies = [("withholding", "0001_withheld_on_legal_grounds")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
