"""On PostgreSQL: items and acts of cases cannot be changed; a copy's words can go once its case is closed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER_CHANGED = ("comments_caseitem", "comments_caseact")
COPIES_STAND = """
CREATE FUNCTION comments_refuse_copy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.id = OLD.id AND NEW.item_id = OLD.item_id
        AND NOT EXISTS (
            SELECT 1 FROM comments_caseitem JOIN comments_case ON comments_case.id = comments_caseitem.case_id
            WHERE comments_caseitem.id = OLD.item_id AND comments_case.closed_at IS NULL
        )
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'frozen copy % stands', OLD.id USING ERRCODE = '23001';
END $$
"""


def add_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(COPIES_STAND, params=None)
    for table in NEVER_CHANGED:
        schema_editor.execute(
            f"CREATE TRIGGER row_stands BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION comments_refuse_change()"
        )
    schema_editor.execute(
        "CREATE TRIGGER row_stands BEFORE DELETE ON comments_casecopy"
        " FOR EACH ROW EXECUTE FUNCTION comments_refuse_change()"
    )
    schema_editor.execute(
        "CREATE TRIGGER words_stand BEFORE UPDATE ON comments_casecopy"
        " FOR EACH ROW EXECUTE FUNCTION comments_refuse_copy_change()"
    )


def remove_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP TRIGGER words_stand ON comments_casecopy")
    for table in (*NEVER_CHANGED, "comments_casecopy"):
        schema_editor.execute(f"DROP TRIGGER row_stands ON {table}")
    schema_editor.execute("DROP FUNCTION comments_refuse_copy_change()")


class Migration(migrations.Migration):
    dependencies = [("comments", "0024_cases")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
