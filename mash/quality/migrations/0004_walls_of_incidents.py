"""The walls of incidents: their files are for who manages the hub, and their figures for who analyses as well.

An incident names its officer, so nobody who reviews sees one; what they see is a card of its own.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS, DUTIES, IN_MY_HUBS, child_of, deletable, frozen, protect

LEADS = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['manage']"
COUNTS = f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['manage', 'analyse']"
REMINDS = "(SELECT identity.my_service()) = 'reminders'"
GOES_ON = (
    "columns, day_first, position, line, found, taken, chosen_at, looked_at, confirmed_at, taken_at, left_at, "
    "moved_at, pieces_kept"
)


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_incidents")]

    operations = [
        protect("quality_incidentfile", using=f"({LEADS}) OR {REMINDS}", check=f"({LEADS}) OR {REMINDS}"),
        RunSQL(
            "REVOKE UPDATE ON quality_incidentfile FROM mash_app, mash_worker; "
            f"GRANT UPDATE ({GOES_ON}) ON quality_incidentfile TO mash_app, mash_worker; "
            f"CREATE POLICY quality_incidentfile_by_a_lead ON quality_incidentfile AS RESTRICTIVE FOR INSERT TO {DOORS} "
            f"WITH CHECK ({LEADS} AND by_id = (SELECT identity.my_post()));",
            "DROP POLICY quality_incidentfile_by_a_lead ON quality_incidentfile; "
            "GRANT UPDATE ON quality_incidentfile TO mash_app, mash_worker;",
        ),
        protect(
            "quality_incidentpiece",
            using=f"({LEADS}) OR {REMINDS}",
            check=f"{LEADS} AND {child_of('quality_incidentfile', 'file_id', 'quality_incidentpiece')}",
        ),
        frozen("quality_incidentpiece"),
        deletable("quality_incidentpiece"),
        protect(
            "quality_incident",
            using=COUNTS,
            check=f"{LEADS} AND {child_of('quality_incidentfile', 'file_id', 'quality_incident')}",
        ),
        frozen("quality_incident"),
    ]
