"""On PostgreSQL: translations of a posted policy cannot be changed, and an editorial version changes words alone.

As in 0002: on SQLite the models refuse the first, and `comments.posting` the second.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGERS = """
CREATE TRIGGER posted_translation_stands BEFORE INSERT OR UPDATE OR DELETE ON comments_policytranslation
    FOR EACH ROW EXECUTE FUNCTION comments_refuse_posted_rule();
CREATE TRIGGER posted_translation_stands BEFORE INSERT OR UPDATE OR DELETE ON comments_ruletranslation
    FOR EACH ROW EXECUTE FUNCTION comments_refuse_posted_check();

CREATE FUNCTION comments_rules_of(policy bigint)
RETURNS TABLE (key varchar, number smallint, gravity varchar, check_name varchar, effect varchar, parameters jsonb)
LANGUAGE sql STABLE AS $$
    SELECT r.key, r.number, r.gravity, c.check_name, c.effect, c.parameters
    FROM comments_rule r LEFT JOIN comments_rulecheck c ON c.rule_id = r.id
    WHERE r.policy_id = policy
$$;

CREATE FUNCTION comments_refuse_other_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM comments_policy m
        WHERE m.id = NEW.mends_id AND m.posted_at IS NOT NULL AND m.mends_id IS NULL
            AND m.approved_needed = NEW.approved_needed AND m.language = NEW.language
    ) OR EXISTS (SELECT * FROM comments_rules_of(NEW.id) EXCEPT SELECT * FROM comments_rules_of(NEW.mends_id))
      OR EXISTS (SELECT * FROM comments_rules_of(NEW.mends_id) EXCEPT SELECT * FROM comments_rules_of(NEW.id))
    THEN
        RAISE EXCEPTION 'version % is editorial and has other rules than the one that it mends', NEW.version
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER editorial_version_has_the_same_rules BEFORE INSERT OR UPDATE ON comments_policy
    FOR EACH ROW WHEN (NEW.posted_at IS NOT NULL AND NEW.mends_id IS NOT NULL)
    EXECUTE FUNCTION comments_refuse_other_rules();
"""

REMOVAL = """
DROP TRIGGER editorial_version_has_the_same_rules ON comments_policy;
DROP FUNCTION comments_refuse_other_rules();
DROP FUNCTION comments_rules_of(bigint);
DROP TRIGGER posted_translation_stands ON comments_policytranslation;
DROP TRIGGER posted_translation_stands ON comments_ruletranslation;
"""


def add_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGERS, params=None)


def remove_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVAL, params=None)


class Migration(migrations.Migration):
    dependencies = [("comments", "0026_translations_of_the_policy")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
