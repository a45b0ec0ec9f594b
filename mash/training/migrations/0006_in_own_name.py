"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name


class Migration(migrations.Migration):
    dependencies = [("training", "0005_old_sheets"), ("partnership", "0028_in_own_name")]

    operations = [
        in_own_name("training_sheet"),
        keeps_its_name("training_attendance", or_mine=True),
    ]
