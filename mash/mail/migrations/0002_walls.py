"""The walls of e-mail: one program brings it in, whoever writes contacts down reads and settles it, and it is closed
with the case that it went to.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    BARS,
    DUTIES,
    IN_MY_HUBS,
    at_night,
    child_of,
    frozen,
    goes_with_an_exercise,
    protect,
)

SERVICE = ("mail_room", "e-mail taken in from the hub's mailbox")
ME, A_SERVICE = "(SELECT identity.my_post())", "(SELECT identity.my_service()) IS NOT NULL"
MAIL_ROOM = "(SELECT identity.my_service()) = 'mail_room'"
WRITES_DOWN = f"({A_SERVICE} OR {DUTIES} && ARRAY['screen', 'assess', 'decide', 'out_of_hours'])"
MANAGES = f"{DUTIES} && ARRAY['manage']"
SETTLED = "outcome, contact_id, why, by_id, at"


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


def goes(table):
    return RunSQL(
        f"CREATE POLICY {table}_goes ON {table} TO mash_owner "
        "USING ((SELECT identity.my_service()) = 'disposal');",
        f"DROP POLICY {table}_goes ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0001_mail"),
        ("contact", "0015_by_email"),
        ("partnership", "0027_notifications"),
    ]

    operations = [
        migrations.RunPython(list_it, strike_it),
        protect(
            "mail_mail",
            using=f"{AT_MY_DESK} AND {WRITES_DOWN} AND (contact_id IS NULL OR contact_id <> ALL ({BARS}))",
            check=f"{AT_MY_DESK} AND ({MAIL_ROOM} AND outcome = '' OR by_id = {ME} AND "
            f"(contact_id IS NULL OR {child_of('contact_contact', 'contact_id', 'mail_mail')}))",
        ),
        at_night("mail_mail", command="SELECT", also="contact_id IS NULL"),
        RunSQL(
            f"REVOKE UPDATE ON mail_mail FROM mash_app, mash_worker; GRANT UPDATE ({SETTLED}) ON mail_mail TO mash_app;",
            f"REVOKE UPDATE ({SETTLED}) ON mail_mail FROM mash_app; GRANT UPDATE ON mail_mail TO mash_app, mash_worker;",
        ),
        RunSQL(
            "CREATE POLICY mail_mail_once ON mail_mail AS RESTRICTIVE FOR UPDATE TO mash_app "
            "USING (contact_id IS NULL) WITH CHECK (true);",
            "DROP POLICY mail_mail_once ON mail_mail;",
        ),
        goes("mail_mail"),
        goes_with_an_exercise("mail_mail"),
        protect(
            "mail_enclosed",
            using=f"{IN_MY_HUBS} AND {child_of('mail_mail', 'mail_id', 'mail_enclosed')}",
            check=f"{IN_MY_HUBS} AND {MAIL_ROOM} AND {child_of('mail_mail', 'mail_id', 'mail_enclosed')}",
        ),
        frozen("mail_enclosed"),
        goes("mail_enclosed"),
        goes_with_an_exercise("mail_enclosed"),
        protect("mail_acknowledging", using=AT_MY_DESK, check=f"{AT_MY_DESK} AND by_id = {ME} AND {MANAGES}"),
        frozen("mail_acknowledging"),
        goes_with_an_exercise("mail_acknowledging"),
    ]
