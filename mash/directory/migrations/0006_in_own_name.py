"""Nobody adds a row here in another's name."""

from django.db import migrations

from mash.common.rls import in_own_name


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_taken_away_by_keepers"), ("partnership", "0028_in_own_name")]

    operations = [
        in_own_name("directory_namedcontact"),
    ]
