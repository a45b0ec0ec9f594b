"""Disposal reaches what hangs from an item in any order: also where the item, by which it is heard of, has gone before."""

from django.db import migrations
from django.db.migrations import RunSQL

A_DISPOSAL = "(SELECT identity.my_service()) = 'disposal'"
OF_AN_ITEM = (
    "owncheck", "concluded", "confirmed", "action", "progress", "minutespart", "correction", "inplan", "wentup",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("panel", "0004_case_of_the_plan")]

    operations = [
        RunSQL(
            f"CREATE POLICY panel_{one}_goes ON panel_{one} TO mash_owner USING ({A_DISPOSAL});",
            f"DROP POLICY panel_{one}_goes ON panel_{one};",
        )
        for one in OF_AN_ITEM
    ]
