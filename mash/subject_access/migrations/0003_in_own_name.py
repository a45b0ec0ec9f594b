"""Nobody adds a row here in another's name."""

from django.db import migrations

from mash.common.rls import in_own_name

TABLES = ("found", "handling", "identity", "marking", "output", "ownerasked", "request", "step", "unitpass")


class Migration(migrations.Migration):
    dependencies = [("subject_access", "0002_wrapped_anew"), ("partnership", "0028_in_own_name")]

    operations = [
        *(in_own_name(f"subject_access_{one}") for one in TABLES),
    ]
