"""What a post that works nights alone sees of checks; it opens a red one, and closes none."""

from django.db import migrations

from mash.common.rls import AGENCY, DUTIES, at_night, not_at_night


class Migration(migrations.Migration):
    dependencies = [("check", "0005_reopening"), ("triage", "0005_night")]

    operations = [
        *[at_night(f"check_{table}") for table in ("check", "happened", "risk", "view")],
        at_night(
            "check_enquiry",
            "contact_id_opaque",
            also=f"(agency_id = {AGENCY} AND {DUTIES} && ARRAY['answer'])",
        ),
        not_at_night("check_check", unless="colour = 'red'"),
        not_at_night("check_check", unless="closed_at IS NULL", command="UPDATE"),
    ]
