"""What PostgreSQL itself refuses: publications that overlap, and changes of revisions and corrections."""

from typing import Any

from django.db import DatabaseError, migrations, transaction

REFUSE = """
CREATE FUNCTION articles_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % stand for ever: they are never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER revision_stands BEFORE UPDATE OR DELETE ON articles_revision
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_change();
CREATE TRIGGER correction_stands BEFORE UPDATE OR DELETE ON articles_correction
    FOR EACH ROW EXECUTE FUNCTION articles_refuse_change();
"""
ALLOW = """
DROP TRIGGER correction_stands ON articles_correction;
DROP TRIGGER revision_stands ON articles_revision;
DROP FUNCTION articles_refuse_change();
"""
NO_OVERLAP = """
ALTER TABLE articles_publication ADD CONSTRAINT publications_never_overlap
    EXCLUDE USING gist (article_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&);
"""
EXTENSION_MISSING = (
    "The extension btree_gist could not be created. It comes with PostgreSQL, and the owner of a database may"
    " create it: make the application's role the owner, or run CREATE EXTENSION btree_gist in the database as"
    " an administrator, then migrate again."
)


def guard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except DatabaseError as error:
        raise RuntimeError(EXTENSION_MISSING) from error
    schema_editor.execute(NO_OVERLAP, params=None)
    schema_editor.execute(REFUSE, params=None)


def unguard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(ALLOW, params=None)
    schema_editor.execute("ALTER TABLE articles_publication DROP CONSTRAINT publications_never_overlap")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
