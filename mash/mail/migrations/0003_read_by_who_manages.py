"""Whoever manages the hub reads its e-mail, of which they are told; only whoever writes contacts down says what it is."""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, BARS, child_of

walls = import_module("mash.mail.migrations.0002_walls")
CONTACT = child_of("contact_contact", "contact_id", "mail_mail")


def wall(reads, settles):
    return (
        f"ALTER POLICY mail_mail_wall ON mail_mail USING ({AT_MY_DESK} AND {reads} "
        f"AND (contact_id IS NULL OR contact_id <> ALL ({BARS}))) "
        f"WITH CHECK ({AT_MY_DESK} AND ({walls.MAIL_ROOM} AND outcome = '' OR {settles}by_id = {walls.ME} "
        f"AND (contact_id IS NULL OR {CONTACT})));"
    )


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_walls")]

    operations = [
        RunSQL(
            wall(f"({walls.WRITES_DOWN} OR {walls.MANAGES})", f"{walls.WRITES_DOWN} AND "),
            wall(walls.WRITES_DOWN, ""),
        )
    ]
