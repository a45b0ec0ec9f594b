"""Which contacts are the night's is worked out for a post that works nights alone: for any other no wall reads it.

A plan that runs in parallel asks for every such list before it begins, whether or not a row needs it.
"""

from importlib import import_module

from django.db import migrations

FOR_EVERYBODY = import_module("mash.desk.migrations.0011_night_is_kept").BODY.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
BY_DAY = "identity.works_nights() IS FALSE"
BY_NIGHT = FOR_EVERYBODY.replace(
    "SELECT ARRAY(\n", f"SELECT CASE WHEN {BY_DAY} THEN ARRAY[]::uuid[] ELSE ARRAY(\n"
)
BY_NIGHT = BY_NIGHT.replace("p.id = s.contact_person_id)\n    $$", "p.id = s.contact_person_id) END\n    $$")
BY_NIGHT = BY_NIGHT.replace(
    "IF said IS NULL THEN",
    f"IF said IS NULL AND {BY_DAY} THEN RETURN ARRAY[]::uuid[]; END IF;\n      IF said IS NULL THEN",
)


class Migration(migrations.Migration):
    dependencies = [("desk", "0019_walls_of_long_papers")]

    operations = [migrations.RunSQL(BY_NIGHT, FOR_EVERYBODY)]
