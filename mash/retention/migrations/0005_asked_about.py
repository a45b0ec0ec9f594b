"""While somebody waits for what is held on a person, nothing of theirs goes: it counts as held."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = (Path(__file__).parent.parent / "disposal_1.sql").read_text("utf-8")
BEFORE = BEFORE[: BEFORE.index("CREATE FUNCTION public.retention_keeps_what_is_held")]
AFTER = """
    CREATE OR REPLACE FUNCTION public.retention_held(hub uuid, people uuid[], periods text[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM public.retention_hold h
        WHERE h.hub_id = hub AND h.lifted_at IS NULL
          AND (h.person_id = ANY (people)
            OR h.household_id IN (SELECT r.household_id FROM public.people_resident r WHERE r.person_id = ANY (people))
            OR (h.period <> '' AND h.period = ANY (periods))
            OR (h.person_id IS NULL AND h.household_id IS NULL AND h.period = '')))
      OR EXISTS (  -- asked for and neither sent nor ended: the newest step says
        SELECT FROM public.subject_access_request q
        WHERE q.person_id = ANY (people)
          AND NOT EXISTS (SELECT FROM public.subject_access_sent s WHERE s.request_id = q.id)
          AND coalesce((SELECT s.kind FROM public.subject_access_step s WHERE s.request_id = q.id
                        ORDER BY s.number DESC LIMIT 1), '') NOT IN ('withdrawn', 'refused'))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0004_what_came_meanwhile"),
        ("subject_access", "0002_wrapped_anew"),
    ]

    operations = [RunSQL(AFTER, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
