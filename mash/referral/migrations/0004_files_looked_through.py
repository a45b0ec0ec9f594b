"""Whoever sent a referral from a post sees how its files stand."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import of_contact

SENT = "contact_id = ANY ((SELECT identity.my_sent())::uuid[])"


def seen(rule):
    return f"ALTER POLICY contact_looked_wall ON contact_looked USING ({rule});"


class Migration(migrations.Migration):
    dependencies = [("referral", "0003_how_it_went"), ("contact", "0012_looked")]

    operations = [RunSQL(seen(of_contact(also=SENT)), seen(of_contact()))]
