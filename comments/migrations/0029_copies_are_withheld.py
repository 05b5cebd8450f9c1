"""On PostgreSQL: the words of a frozen copy may also change together with the mark that they are withheld."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COPIES_STAND = """
CREATE OR REPLACE FUNCTION comments_refuse_copy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.id = OLD.id AND NEW.item_id = OLD.item_id
        AND NOT EXISTS (
            SELECT 1 FROM comments_caseitem JOIN comments_case ON comments_case.id = comments_caseitem.case_id
            WHERE comments_caseitem.id = OLD.item_id AND comments_case.closed_at IS NULL
        )
    THEN RETURN NEW; END IF;%s
    RAISE EXCEPTION 'frozen copy %% stands', OLD.id USING ERRCODE = '23001';
END $$
"""
OR_WITHHELD = """
    IF NEW.withheld_at IS DISTINCT FROM OLD.withheld_at AND NEW.id = OLD.id AND NEW.item_id = OLD.item_id
        AND OLD.erased_at IS NULL AND NEW.erased_at IS NULL
    THEN RETURN NEW; END IF;"""


def allow_withholding(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COPIES_STAND % OR_WITHHELD, params=None)


def refuse_withholding(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COPIES_STAND % "", params=None)


class Migration(migrations.Migration):
    dependencies = [("comments", "0028_withheld_on_legal_grounds")]
    operations = [migrations.RunPython(allow_withholding, refuse_withholding)]
