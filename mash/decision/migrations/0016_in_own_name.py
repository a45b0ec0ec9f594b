"""Nobody adds a row here in another's name."""

from django.db import migrations

from mash.common.rls import in_own_name

TABLES = (
    "accepted",
    "clearing",
    "decision",
    "given",
    "letter",
    "letterversion",
    "letterwords",
    "passedback",
    "reopening",
    "schoolnotice",
    "strategy",
)


class Migration(migrations.Migration):
    dependencies = [("decision", "0015_decided_again"), ("partnership", "0028_in_own_name")]

    operations = [
        *(in_own_name(f"decision_{one}") for one in TABLES),
    ]
