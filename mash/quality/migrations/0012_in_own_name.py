"""Nobody adds a row here in another's name."""

from django.db import migrations

from mash.common.rls import in_own_name


class Migration(migrations.Migration):
    dependencies = [("quality", "0011_incidents_go"), ("partnership", "0028_in_own_name")]

    operations = [
        in_own_name("quality_round"),
    ]
