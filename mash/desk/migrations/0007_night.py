"""Which contacts a post sees that works nights alone; and what such a post is refused here."""

from django.db import migrations

from mash.common.rls import at_night

ME = "(SELECT identity.my_post())"
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
            WHERE d.contact_id = c.id AND d.made_at IS NOT NULL AND d.turned_down_at IS NULL)
          AND NOT EXISTS (SELECT FROM public.decision_told o WHERE o.contact_id = c.id)
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
HELD = """
    CREATE FUNCTION identity.held_tonight(asked uuid) RETURNS boolean  -- that something is sealed on one of the night's contacts
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      WITH own AS (
        SELECT id FROM public.contact_contactperson WHERE contact_id = asked
      ), said AS (
        SELECT s.contact_person_id, coalesce(known.merged_into_id, known.id) AS who, known.id
        FROM public.contact_settlement s JOIN public.people_person known ON known.id = s.person_id
        WHERE s.undone_at IS NULL
      ), who AS (
        SELECT who FROM said WHERE contact_person_id IN (SELECT id FROM own)
      ), keys AS (
        SELECT id FROM own UNION SELECT who FROM who
        UNION SELECT contact_person_id FROM said WHERE who IN (SELECT who FROM who)
        UNION SELECT id FROM said WHERE who IN (SELECT who FROM who)
      )
      SELECT asked = ANY (identity.my_night()) AND EXISTS (
        SELECT FROM sealed.sealed_item item JOIN sealed.sealed_room room ON room.id = item.room_id
        WHERE item.hub_id = ANY (identity.my_hubs())
          AND (room.case = asked OR item.people && ARRAY(SELECT id FROM keys)))
    $$;
"""
NOTHING_YET = """
    CREATE OR REPLACE FUNCTION identity.my_night() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY[]::uuid[]
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0006_walls_of_views_and_alerts"),
        ("partnership", "0008_nights"),
        ("contact", "0008_night"),
        ("triage", "0005_night"),
        ("check", "0006_night"),
        ("decision", "0005_night"),
        ("sealed", "0003_conditions_under_lock"),
    ]

    operations = [
        migrations.RunSQL(BODY, NOTHING_YET),
        migrations.RunSQL(HELD, "DROP FUNCTION identity.held_tonight(uuid);"),
        at_night("desk_moved", '"case"', also=f"to_id = {ME}"),
        at_night("desk_handedover", '"case"', also='"case" IS NULL'),
        at_night("desk_clockalarm"),
        at_night("desk_clockalert"),
    ]
