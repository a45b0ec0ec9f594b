"""What earlier returns say of a person is open to the desk by day, as their record is; it is of their record."""

from django.db import migrations

from mash.common.rls import IN_MY_HUBS, NIGHTS, of_person

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
DUTIES = "(SELECT identity.my_duties())"
MAKES = f"{DUTIES} && ARRAY['manage','analyse'] AND NOT (SELECT identity.is_kept_from_somebody())"
BEFORE = f"{IN_MY_HUBS} AND ({A_SERVICE} OR ({MAKES}))"
NOW = f"({BEFORE}) OR ({IN_MY_HUBS} AND {of_person()} AND NOT {NIGHTS})"


class Migration(migrations.Migration):
    dependencies = [("returns", "0002_walls"), ("people", "0002_walls")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY returns_past_wall ON returns_past USING ({NOW});",
            f"ALTER POLICY returns_past_wall ON returns_past USING ({BEFORE});",
        )
    ]
