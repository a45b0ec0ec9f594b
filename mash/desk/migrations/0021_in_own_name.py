"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name


class Migration(migrations.Migration):
    dependencies = [("desk", "0020_no_night_by_day"), ("partnership", "0028_in_own_name")]

    operations = [
        in_own_name("desk_handover"),
        keeps_its_name("desk_moving"),
    ]
