"""On PostgreSQL: triggers that refuse to change what stands for ever, whoever asks and by whatever SQL.

SQLite has none, since they would also refuse the flush between tests; there the models refuse. TRUNCATE is
not refused here: it is not the application's to run, and PostgreSQL grants it apart.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER_CHANGED = (
    "comments_decision",
    "comments_decisionground",
    "comments_seal",
    "comments_phraselistrevision",
)

FUNCTIONS = """
CREATE FUNCTION comments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % stand and cannot be changed or deleted', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;

CREATE FUNCTION comments_refuse_posted_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.posted_at IS NOT NULL THEN
        RAISE EXCEPTION 'policy version % is posted and cannot be changed or deleted', OLD.version
            USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

-- FOR SHARE: whoever is posting the policy at the same time is waited for, and waits.
CREATE FUNCTION comments_refuse_if_posted(policy bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM comments_policy WHERE id = policy FOR SHARE;
    IF EXISTS (SELECT 1 FROM comments_policy WHERE id = policy AND posted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the rules of a posted policy stand and cannot be changed' USING ERRCODE = '23001';
    END IF;
END $$;

CREATE FUNCTION comments_refuse_posted_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM comments_refuse_if_posted(OLD.policy_id); END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    PERFORM comments_refuse_if_posted(NEW.policy_id);
    RETURN NEW;
END $$;

CREATE FUNCTION comments_refuse_posted_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM comments_refuse_if_posted(policy_id) FROM comments_rule WHERE id = OLD.rule_id;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    PERFORM comments_refuse_if_posted(policy_id) FROM comments_rule WHERE id = NEW.rule_id;
    RETURN NEW;
END $$;

CREATE TRIGGER posted_policy_stands BEFORE UPDATE OR DELETE ON comments_policy
    FOR EACH ROW EXECUTE FUNCTION comments_refuse_posted_policy();
CREATE TRIGGER posted_rule_stands BEFORE INSERT OR UPDATE OR DELETE ON comments_rule
    FOR EACH ROW EXECUTE FUNCTION comments_refuse_posted_rule();
CREATE TRIGGER posted_check_stands BEFORE INSERT OR UPDATE OR DELETE ON comments_rulecheck
    FOR EACH ROW EXECUTE FUNCTION comments_refuse_posted_check();
"""

REMOVAL = """
DROP TRIGGER posted_policy_stands ON comments_policy;
DROP TRIGGER posted_rule_stands ON comments_rule;
DROP TRIGGER posted_check_stands ON comments_rulecheck;
DROP FUNCTION comments_refuse_posted_policy();
DROP FUNCTION comments_refuse_posted_rule();
DROP FUNCTION comments_refuse_posted_check();
DROP FUNCTION comments_refuse_if_posted(bigint);
"""


def add_triggers(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
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
    schema_editor.execute("DROP FUNCTION comments_refuse_change()")
    schema_editor.execute(REMOVAL, params=None)


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
