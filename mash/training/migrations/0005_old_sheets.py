"""A program lets the rows of files go that nobody took over in time."""

from django.db import migrations

from mash.common.rls import DOORS

REMINDS = "(SELECT identity.my_service()) = 'reminders'"


class Migration(migrations.Migration):
    dependencies = [("training", "0004_walls_of_records")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY training_sheet_old ON training_sheet TO {DOORS} USING ({REMINDS}); "
            "GRANT UPDATE (rows) ON training_sheet TO mash_worker;",
            "DROP POLICY training_sheet_old ON training_sheet; "
            "REVOKE UPDATE (rows) ON training_sheet FROM mash_worker;",
        ),
    ]
