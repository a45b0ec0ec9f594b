"""Incidents are not kept for ever: the service of disposal takes away what is old, and the officer of what was drawn."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS

DISPOSES = "(SELECT identity.my_service()) = 'disposal'"
NOT_DRAWN = "NOT EXISTS (SELECT FROM quality_dipped drawn WHERE drawn.incident_id = quality_incident.id)"


class Migration(migrations.Migration):
    dependencies = [("quality", "0010_brothers_and_sisters_again")]

    operations = [
        RunSQL(
            f"""
            GRANT DELETE, UPDATE (officer) ON quality_incident TO mash_app, mash_worker;
            CREATE POLICY quality_incident_grows_old ON quality_incident FOR SELECT TO {DOORS} USING ({DISPOSES});
            CREATE POLICY quality_incident_goes ON quality_incident FOR DELETE TO {DOORS} USING ({DISPOSES});
            CREATE POLICY quality_incident_goes_by_it ON quality_incident AS RESTRICTIVE FOR DELETE TO {DOORS}
              USING ({DISPOSES} AND {NOT_DRAWN});
            CREATE POLICY quality_incident_without_officer ON quality_incident FOR UPDATE TO {DOORS} USING ({DISPOSES});
            CREATE POLICY quality_incident_without_officer_by_it ON quality_incident AS RESTRICTIVE FOR UPDATE TO {DOORS}
              USING ({DISPOSES}) WITH CHECK (officer = '');
            CREATE POLICY quality_dipped_keeps ON quality_dipped FOR SELECT TO {DOORS} USING ({DISPOSES});
            CREATE POLICY quality_dip_keeps ON quality_dip FOR SELECT TO {DOORS} USING ({DISPOSES});
            """,
            """
            DROP POLICY quality_dip_keeps ON quality_dip;
            DROP POLICY quality_dipped_keeps ON quality_dipped;
            DROP POLICY quality_incident_without_officer_by_it ON quality_incident;
            DROP POLICY quality_incident_without_officer ON quality_incident;
            DROP POLICY quality_incident_goes_by_it ON quality_incident;
            DROP POLICY quality_incident_goes ON quality_incident;
            DROP POLICY quality_incident_grows_old ON quality_incident;
            REVOKE DELETE, UPDATE (officer) ON quality_incident FROM mash_app, mash_worker;
            """,
        ),
    ]
