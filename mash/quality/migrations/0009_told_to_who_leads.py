"""What the writers of an agency are told is read by whoever leads it, and by nobody else who works there."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AGENCY, of_contact

SENT = "contact_id = ANY ((SELECT identity.my_sent())::uuid[])"
OF_MINE = f"agency_id = {AGENCY}"
LED = f"{OF_MINE} AND cardinality((SELECT identity.my_team())::uuid[]) > 0"


def told(agencys: str) -> str:
    rule = of_contact(also=f"{SENT} OR {agencys}")
    return f"ALTER POLICY quality_told_wall ON quality_told USING ({rule});"


class Migration(migrations.Migration):
    dependencies = [("quality", "0008_walls_of_dips")]

    operations = [RunSQL(told(LED), told(OF_MINE))]
