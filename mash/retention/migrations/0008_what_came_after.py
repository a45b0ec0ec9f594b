"""What hangs from a record and was made since disposal was is seen by it too, on installations that were upgraded.

A new installation made these tables before disposal came, and disposal's own migration let the owner see them.
"""

from django.db import migrations
from django.db.migrations import RunSQL

# The owner is held to the walls of most tables; while the service disposes, it sees what goes.  A table's own migration
# may have said so already.
OWNER_DISPOSES = """
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
          SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND (pg_get_expr(p.polqual, p.polrelid) = 'true'
            OR p.polname IN (c.relname || '_disposal', c.relname || '_goes')))
      LOOP
        EXECUTE format($q$CREATE POLICY %I ON %s TO mash_owner
          USING ((SELECT identity.my_service()) = 'disposal')$q$,
          (SELECT relname FROM pg_class WHERE oid = one) || '_disposal', one::regclass);
      END LOOP;
    END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0007_notifications_go"),
        ("alongside", "0001_alongside"),
        ("boroughs", "0001_across_hubs"),
        ("contact", "0016_words_of_a_system"),
        ("decision", "0014_key_adults"),
        ("desk", "0018_long_papers"),
        ("handover", "0001_hand_overs"),
        ("quality", "0005_own_decisions"),
        ("returns", "0001_returns"),
        ("subject_access", "0001_requests"),
    ]

    operations = [RunSQL(OWNER_DISPOSES, RunSQL.noop)]
