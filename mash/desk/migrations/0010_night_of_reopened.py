"""A contact whose decision was reopened is open at night again."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("mash.desk.migrations.0007_night").BODY
BODY = """
    CREATE OR REPLACE FUNCTION identity.my_night() RETURNS uuid[]  -- desk/night/contacts.py says the same
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      WITH here AS (
        SELECT hub_id AS hub FROM public.partnership_staff
        WHERE id = identity.my_post() AND identity.works_nights()
      ), since AS (
        SELECT coalesce(max(h.accepted_at), '-infinity') AS moment
        FROM public.desk_handover h JOIN here ON h.hub_id = hub WHERE h.which = 'to_day_team'
      ), team AS (
        SELECT s.id FROM public.partnership_staff s JOIN here ON s.hub_id = hub
        WHERE 'out_of_hours' = ANY (s.duties)
          AND NOT s.duties::text[] && ARRAY['screen','assess','decide','approve','clear','manage']
      ), first AS (
        SELECT c.id FROM here JOIN public.contact_contact c ON c.hub_id = hub
        LEFT JOIN public.triage_standing t ON t.contact_id = c.id
        WHERE (t.id IS NULL OR t.colour = 'red' OR c.immediate_danger)
          AND NOT EXISTS (SELECT FROM public.decision_decision d
            WHERE d.contact_id = c.id AND d.made_at IS NOT NULL AND d.turned_down_at IS NULL
              AND NOT EXISTS (SELECT FROM public.decision_reopening again
                WHERE again.decision_id = d.id AND again.contact_id = c.id))
          AND NOT EXISTS (SELECT FROM public.decision_told o WHERE o.contact_id = c.id
            AND NOT EXISTS (SELECT FROM public.decision_reopening again
              WHERE again.decision_id = o.decision_id AND again.contact_id = c.id))
        UNION
        SELECT l."case" FROM here JOIN public.desk_handedover l ON l.hub_id = hub
        JOIN public.desk_handover h ON h.id = l.hand_over_id CROSS JOIN since
        WHERE l."case" IS NOT NULL AND (h.which = 'to_emergency_duty' AND h.offered_at > moment
          OR h.which = 'to_day_team' AND h.accepted_at IS NULL)
        UNION
        SELECT r.contact_id FROM public.triage_rating r JOIN team ON r.by_id = team.id CROSS JOIN since
        WHERE r.at > moment
        UNION
        SELECT c.id FROM public.contact_contact c JOIN team ON c.taken_by_id = team.id CROSS JOIN since
        WHERE c.received_at > moment
      ), said AS (
        SELECT p.contact_id, p.role, coalesce(known.merged_into_id, known.id) AS who
        FROM public.contact_settlement s
        JOIN public.contact_contactperson p ON p.id = s.contact_person_id
        JOIN public.people_person known ON known.id = s.person_id
        WHERE s.undone_at IS NULL AND EXISTS (SELECT FROM here)
      )
      SELECT ARRAY(
        SELECT id FROM first
        UNION
        SELECT before.contact_id FROM said before WHERE before.who IN (
          SELECT who FROM said WHERE role IN ('child', 'adult_at_risk') AND contact_id IN (SELECT id FROM first)))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0009_alerts_of_danger"), ("decision", "0007_reopening")]

    operations = [migrations.RunSQL(BODY, BEFORE)]
