"""The one way in which a record goes: a function of the owner, for one service, where two people agreed."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

DISPOSES = "(SELECT identity.my_service()) = 'disposal'"
FUNCTIONS = (Path(__file__).parent.parent / "disposal_1.sql").read_text("utf-8")
# The owner is held to the walls of most tables; while the service disposes, it sees what goes.
OWNER_DISPOSES = f"""
    DO $do$
    DECLARE one oid;
    BEGIN
      FOR one IN
        WITH RECURSIVE hanging (o) AS (
          SELECT unnest(ARRAY['public.people_person', 'public.contact_contact', 'public.contact_consultation',
            'public.people_household', 'public.triage_episode', 'public.drafts_sent', 'public.drafts_writing',
            'public.partnership_email', 'public.desk_handover', 'public.retention_disposed',
            'public.ledger_entry']::regclass[])::oid
          UNION SELECT e.child FROM public.retention_edges() e JOIN hanging h ON h.o = e.parent)
        SELECT c.oid FROM pg_class c JOIN hanging h ON h.o = c.oid
        WHERE c.relrowsecurity AND NOT EXISTS (
          SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND pg_get_expr(p.polqual, p.polrelid) = 'true')
      LOOP
        EXECUTE format($q$CREATE POLICY %I ON %s TO mash_owner USING ({DISPOSES})$q$,
          (SELECT relname FROM pg_class WHERE oid = one) || '_disposal', one::regclass);
      END LOOP;
    END $do$;
"""
NO_LONGER = """
    DO $do$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT polname, polrelid::regclass AS of FROM pg_policy WHERE polname LIKE '%\\_disposal' LOOP
        EXECUTE format('DROP POLICY %I ON %s', one.polname, one.of);
      END LOOP;
    END $do$;
    DROP FUNCTION retention_dispose(uuid, text, timestamptz);
    DROP FUNCTION retention_edges();
    DROP TRIGGER retention_person_is_held ON people_person;
    DROP FUNCTION retention_keeps_what_is_held();
    DROP FUNCTION retention_held(uuid, uuid[], text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0002_walls"),
        ("check", "0007_rating_confirmed"),
        ("decision", "0011_passed_back"),
        ("desk", "0014_alerts_of_harm"),
        ("drafts", "0003_by_code"),
        ("ledger", "0002_roots"),
        ("referral", "0004_files_looked_through"),
        ("triage", "0010_confirmation"),
    ]

    operations = [
        RunSQL(FUNCTIONS, NO_LONGER),
        RunSQL(OWNER_DISPOSES, RunSQL.noop),
    ]
