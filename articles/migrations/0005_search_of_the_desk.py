"""An index of the parts of headlines and slugs on PostgreSQL, so that a search at the desk does not read every story.

It needs the extension pg_trgm, which the owner of a database may add; where it is not to be had, search works without.
"""

from typing import Any

from django.db import migrations

COLUMNS = ("working_headline", "slug")
OBTAINABLE = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
        OR (EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
            AND has_database_privilege(current_database(), 'CREATE'))
"""


def add(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(OBTAINABLE)
        if not cursor.fetchone()[0]:
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for column in COLUMNS:
            # The expression is the one that a search without regard to capitals asks by.
            cursor.execute(
                f"CREATE INDEX article_parts_of_{column} ON articles_article"
                f" USING gin (upper({column}::text) gin_trgm_ops)"
            )


def take_away(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for column in COLUMNS:
                cursor.execute(f"DROP INDEX IF EXISTS article_parts_of_{column}")


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_indexes_of_the_desk")]
    operations = [migrations.RunPython(add, take_away)]
