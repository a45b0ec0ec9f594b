"""Whoever decides again on two people of one event has both copies: the bar of the one does not close the other."""

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = """
    CREATE OR REPLACE FUNCTION identity.my_copies() RETURNS uuid[]  -- copies that are mine to decide again
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT mine.copy_id FROM public.quality_reviewer mine
        WHERE mine.staff_id = identity.my_post() AND mine.hub_id = ANY (identity.my_hubs()) AND mine.ended_at IS NULL
          AND identity.my_duties() @> ARRAY['review','clear']
          AND NOT EXISTS (
            SELECT FROM public.partnership_restriction closed
            WHERE closed.until_at IS NULL AND closed.contact_id = ANY (mine.named))
          AND NOT EXISTS (
            SELECT FROM unnest(mine.contacts) AS own(contact) WHERE NOT EXISTS (
              SELECT FROM public.partnership_access kept
              WHERE kept.id = ANY (mine.kept) AND kept.bars AND kept.staff_id = mine.staff_id
                AND kept.contact_id = own.contact
                AND kept.from_at <= now() AND (kept.until_at IS NULL OR kept.until_at > now())))
          AND NOT EXISTS (
            SELECT FROM public.partnership_access bar
            WHERE bar.bars AND bar.staff_id = mine.staff_id AND bar.id <> ALL (mine.kept)
              AND (bar.contact_id = ANY (mine.named) OR bar.person_id = ANY (mine.people))
              AND bar.from_at <= now() AND (bar.until_at IS NULL OR bar.until_at > now())))
    $$;
"""
NOW = """
    CREATE OR REPLACE FUNCTION identity.my_copies() RETURNS uuid[]  -- copies that are mine to decide again
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT mine.copy_id FROM public.quality_reviewer mine
        WHERE mine.staff_id = identity.my_post() AND mine.hub_id = ANY (identity.my_hubs()) AND mine.ended_at IS NULL
          AND identity.my_duties() @> ARRAY['review','clear']
          AND NOT EXISTS (
            SELECT FROM public.partnership_restriction closed
            WHERE closed.until_at IS NULL AND closed.contact_id = ANY (mine.named))
          AND NOT EXISTS (
            SELECT FROM unnest(mine.contacts) AS own(contact) WHERE NOT EXISTS (
              SELECT FROM public.partnership_access kept
              WHERE kept.id = ANY (mine.kept) AND kept.bars AND kept.staff_id = mine.staff_id
                AND kept.contact_id = own.contact
                AND kept.from_at <= now() AND (kept.until_at IS NULL OR kept.until_at > now())))
          AND NOT EXISTS (
            SELECT FROM public.partnership_access bar
            WHERE bar.bars AND bar.staff_id = mine.staff_id AND NOT EXISTS (
                SELECT FROM public.quality_reviewer each
                WHERE each.staff_id = mine.staff_id AND bar.id = ANY (each.kept))
              AND (bar.contact_id = ANY (mine.named) OR bar.person_id = ANY (mine.people))
              AND bar.from_at <= now() AND (bar.until_at IS NULL OR bar.until_at > now())))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0009_told_to_who_leads")]

    operations = [RunSQL(NOW, BEFORE)]
