"""The walls of the rota, of absences and of gaps; and what whoever leads a team may know of its conflicts."""

from pathlib import Path

from django.db import migrations

from mash.common.rls import AGENCY, AT_MY_DESK, DUTIES, IN_MY_HUBS, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
TEAM = "(SELECT identity.my_team())::uuid[]"
MANAGES = f"({A_SERVICE} OR {DUTIES} && ARRAY['manage'])"
LEADS_IT = f"(agency_id = {AGENCY} AND cardinality({TEAM}) > 0)"
SEEN = f"{IN_MY_HUBS} AND ({AT_MY_DESK} OR agency_id = {AGENCY})"
FUNCTIONS = Path(__file__).parent.parent / "identity_2.sql"
OWN = "staff_id = (SELECT identity.my_post())"


def access(using):
    """Let the posts that a policy names read why somebody may see a case, or may not."""
    return f"ALTER POLICY partnership_access_wall ON partnership_access USING ({IN_MY_HUBS} AND ({using}));"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0004_duty_rota")]

    operations = [
        migrations.RunSQL(FUNCTIONS.read_text(), "DROP FUNCTION identity.my_team();"),
        protect("partnership_turn", using=SEEN, check=f"{IN_MY_HUBS} AND ({MANAGES} OR {LEADS_IT})"),
        protect("partnership_rotagap", using=SEEN, check=f"{IN_MY_HUBS} AND {A_SERVICE}"),
        protect("partnership_absence", using=SEEN),
        migrations.RunSQL(
            access(f"{AT_MY_DESK} OR {OWN} OR staff_id = ANY ({TEAM})"), access(f"{AT_MY_DESK} OR {OWN}")
        ),
    ]
