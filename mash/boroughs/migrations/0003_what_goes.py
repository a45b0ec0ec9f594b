"""What hubs say to each other of a person or a contact goes with the record."""

from django.db import migrations
from django.db.migrations import RunSQL

A_DISPOSAL = "(SELECT identity.my_service()) = 'disposal'"
HELD_TO_THEIR_WALL = ("reply", "ended", "summary", "summaryseen", "transfer", "transferword")


def goes(table: str) -> RunSQL:
    """Let the owner see what goes, in whatever order, while a record is disposed of."""
    name = f"boroughs_{table}"
    return RunSQL(
        f"CREATE POLICY {name}_goes ON {name} TO mash_owner USING ({A_DISPOSAL});",
        f"DROP POLICY {name}_goes ON {name};",
    )


class Migration(migrations.Migration):
    dependencies = [("boroughs", "0002_walls")]

    operations = [goes(table) for table in HELD_TO_THEIR_WALL]
