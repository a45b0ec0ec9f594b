"""The night's contacts are kept for a page, and what came before is reached from people and not read through."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("mash.desk.migrations.0010_night_of_reopened").BODY
FIRST = BEFORE[BEFORE.index("WITH here AS") : BEFORE.index("), said AS (")]
BODY = f"""
    CREATE FUNCTION identity.work_out_night() RETURNS uuid[]  -- desk/night/contacts.py says the same
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      {FIRST}), who AS (
        SELECT DISTINCT coalesce(known.merged_into_id, known.id) AS id FROM first
        JOIN public.contact_contactperson p ON p.contact_id = first.id AND p.role IN ('child', 'adult_at_risk')
        JOIN public.contact_settlement s ON s.contact_person_id = p.id AND s.undone_at IS NULL
        JOIN public.people_person known ON known.id = s.person_id
      ), records AS (
        SELECT id FROM who
        UNION SELECT other.id FROM who JOIN public.people_person other ON other.merged_into_id = who.id
      )
      SELECT ARRAY(
        SELECT id FROM first
        UNION
        SELECT p.contact_id FROM records
        JOIN public.contact_settlement s ON s.person_id = records.id AND s.undone_at IS NULL
        JOIN public.contact_contactperson p ON p.id = s.contact_person_id)
    $$;
    CREATE OR REPLACE FUNCTION identity.my_night() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
    DECLARE said text := identity.known('night');
    BEGIN
      IF said IS NULL THEN RETURN identity.work_out_night(); END IF;
      RETURN said::uuid[];
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0010_night_of_reopened"), ("partnership", "0014_what_is_known")]

    operations = [migrations.RunSQL(BODY, BEFORE + "DROP FUNCTION identity.work_out_night();")]
