"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name

TABLES = ("alert", "apart", "joining", "relationship")


class Migration(migrations.Migration):
    dependencies = [("people", "0007_who_wrote_a_relation_down"), ("partnership", "0028_in_own_name")]

    operations = [
        *(in_own_name(f"people_{one}") for one in TABLES),
        *(keeps_its_name(f"people_{one}") for one in ("alert", "apart", "joining")),
        keeps_its_name("people_relationship", or_mine=True),
    ]
