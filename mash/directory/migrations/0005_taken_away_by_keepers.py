"""Where an entry is offered, and by what it is found, is taken away by whoever keeps the directory; others only read it."""

from django.db import migrations

from mash.common.rls import DUTIES

TABLES = ("directory_site", "directory_token")
KEEPS = f"((SELECT identity.my_service()) IS NOT NULL OR {DUTIES} && ARRAY['manage','administer'])"


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_tokens_without_foreign_keys")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE POLICY {table}_taken_away ON {table} AS RESTRICTIVE FOR DELETE
              TO mash_app, mash_worker, mash_owner USING ({KEEPS});
            """,
            f"DROP POLICY {table}_taken_away ON {table};",
        )
        for table in TABLES
    ]
