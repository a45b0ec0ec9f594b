"""The wall of who an enquiry was passed to; and whoever leads the agency asked may pass it on, and change nothing else."""

from django.db import migrations

from mash.common.rls import AGENCY, BARS, IN_MY_HUBS, child_of, frozen, protect

TEAM = "(SELECT identity.my_team())::uuid[]"
LEAD = (
    f"{IN_MY_HUBS} AND agency_id = {AGENCY} AND cardinality({TEAM}) > 0 AND contact_id_opaque <> ALL ({BARS})"
)
ONLY_WHO = """
    CREATE FUNCTION identity.only_who_answers() RETURNS trigger  -- an agency changes nothing else of an enquiry
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      IF OLD.hub_id = ANY (identity.my_desks()) THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'an agency changes nothing of an enquiry but who answers it'
        USING ERRCODE = 'insufficient_privilege';
    END $$;
    CREATE TRIGGER check_enquiry_only_who BEFORE UPDATE ON check_enquiry
      FOR EACH ROW WHEN (current_user = 'mash_app'
        AND to_jsonb(NEW) - 'addressed_to_id' <> to_jsonb(OLD) - 'addressed_to_id')
      EXECUTE FUNCTION identity.only_who_answers();
"""


class Migration(migrations.Migration):
    dependencies = [("check", "0003_enquiry_passed"), ("partnership", "0005_walls_of_the_rota")]

    operations = [
        protect(
            "check_enquirypassed",
            using=f"{IN_MY_HUBS} AND {child_of('check_enquiry', 'enquiry_id', 'check_enquirypassed')}",
        ),
        frozen("check_enquirypassed"),
        migrations.RunSQL(
            f"""
            CREATE POLICY check_enquiry_lead ON check_enquiry FOR UPDATE TO mash_app
              USING ({LEAD}) WITH CHECK ({LEAD});
            {ONLY_WHO}
            """,
            """
            DROP TRIGGER check_enquiry_only_who ON check_enquiry;
            DROP FUNCTION identity.only_who_answers();
            DROP POLICY check_enquiry_lead ON check_enquiry;
            """,
        ),
    ]
