"""Whom an agency's provider vouched for first: read and settled while nobody is known yet, and forgotten by a command.

Of the library's other tables none is used: providers lie in the settings, and no token is kept.
"""

from django.db import migrations

from mash.common.rls import protect

SERVICE = "(SELECT identity.my_service())"
SETTLED = "socialaccount_socialaccount"
UNUSED = "socialaccount_socialapp, socialaccount_socialtoken"


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0020_walls_of_looking_through"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        protect(SETTLED, using=f"{SERVICE} IN ('front_door', 'setup')", to="mash_app"),
        migrations.RunSQL(
            f"""
            CREATE POLICY {SETTLED}_forgotten ON {SETTLED} AS RESTRICTIVE FOR DELETE TO mash_app
              USING ({SERVICE} = 'setup');
            CREATE UNIQUE INDEX {SETTLED}_one_person ON {SETTLED} (user_id, provider);
            REVOKE UPDATE ON {SETTLED} FROM mash_app;
            GRANT DELETE ON {SETTLED} TO mash_app;
            REVOKE ALL ON {SETTLED} FROM mash_worker, mash_reader;
            REVOKE ALL ON {UNUSED} FROM mash_app, mash_worker, mash_reader;
            """,
            f"""
            GRANT SELECT ON {UNUSED}, {SETTLED} TO mash_app, mash_worker, mash_reader;
            GRANT INSERT, UPDATE ON {UNUSED}, {SETTLED} TO mash_app, mash_worker;
            REVOKE DELETE ON {SETTLED} FROM mash_app;
            DROP INDEX {SETTLED}_one_person;
            DROP POLICY {SETTLED}_forgotten ON {SETTLED};
            """,
        ),
    ]
