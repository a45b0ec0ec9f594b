"""The service that looks through the record, its sight of lines that belong to no hub, and that nobody empties it."""

from django.db import migrations
from django.db.migrations import RunSQL

NAME, REASON = "ledger_keeper", "the record, line by line: is each as it was written?"
A_KEEPER = "(SELECT identity.my_service()) = 'ledger_keeper'"


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", [NAME, REASON])


def forget_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", [NAME])


class Migration(migrations.Migration):
    dependencies = [("partnership", "0011_conflicts")]

    operations = [
        migrations.RunPython(list_it, forget_it),
        RunSQL(
            f"""
            CREATE POLICY ledger_entry_keeper ON ledger_entry FOR SELECT
              TO mash_app, mash_reader, mash_worker USING ({A_KEEPER});
            CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
              $$ BEGIN RAISE EXCEPTION 'the record is kept' USING ERRCODE = 'insufficient_privilege'; END $$;
            CREATE TRIGGER ledger_is_kept BEFORE TRUNCATE ON ledger_entry
              FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_kept();  -- row-level security says nothing of it
            """,
            """
            DROP TRIGGER ledger_is_kept ON ledger_entry;
            DROP FUNCTION ledger_is_kept();
            DROP POLICY ledger_entry_keeper ON ledger_entry;
            """,
        ),
    ]
