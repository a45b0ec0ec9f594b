"""What was said of whom an agency works with goes with the record it was found like."""

from django.db import migrations
from django.db.migrations import RunSQL


def goes(table: str) -> RunSQL:
    """Let the owner see what goes while a record is disposed of."""
    return RunSQL(
        f"CREATE POLICY {table}_goes ON {table} TO mash_owner "
        "USING ((SELECT identity.my_service()) = 'disposal');",
        f"DROP POLICY {table}_goes ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("systems", "0007_calls_again")]

    operations = [goes("systems_caselike"), goes("systems_caseword")]
