"""The database keeps which contacts are open, as `order.unfinished` says it; and reads from that what is open at night.

Whoever writes asks, since they see what else was written on that contact; a function of the owner keeps the answer.
"""

from importlib import import_module

from django.db import migrations
from django.db.migrations import RunSQL

BEFORE = import_module("mash.desk.migrations.0011_night_is_kept").BODY
WORKED_OUT = BEFORE[: BEFORE.index("CREATE OR REPLACE FUNCTION identity.my_night()")]
OPEN = """
          NOT EXISTS (SELECT FROM public.triage_noted n WHERE n.contact_id = {contact} AND n.undone_at IS NULL)
          AND NOT EXISTS (SELECT FROM public.decision_decision d
            WHERE d.contact_id = {contact} AND d.made_at IS NOT NULL AND d.turned_down_at IS NULL
              AND NOT EXISTS (SELECT FROM public.decision_reopening again
                WHERE again.decision_id = d.id AND again.contact_id = {contact}))
          AND NOT EXISTS (SELECT FROM public.decision_told o WHERE o.contact_id = {contact}
            AND NOT EXISTS (SELECT FROM public.decision_reopening again
              WHERE again.decision_id = o.decision_id AND again.contact_id = {contact}))
"""
ASK = f"""
    CREATE FUNCTION identity.open_or_not() RETURNS trigger  -- triage/order.py says the same of each stage
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('open ' || NEW.contact_id, 0));  -- two changes of one, in turn
      PERFORM identity.keep_open(NEW.contact_id, NEW.hub_id, {OPEN.format(contact="NEW.contact_id")});
      RETURN NULL;
    END $$;
    CREATE FUNCTION identity.open_at_first() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      PERFORM identity.keep_open(NEW.id, NEW.hub_id, true);
      RETURN NULL;
    END $$;
"""
WATCHED = {
    "contact_contact": ("INSERT", "open_at_first"),
    "triage_noted": ("INSERT OR UPDATE OF undone_at", "open_or_not"),
    "decision_decision": ("INSERT OR UPDATE OF made_at, turned_down_at", "open_or_not"),
    "decision_told": ("INSERT", "open_or_not"),
    "decision_reopening": ("INSERT", "open_or_not"),
}
READ = ("contact_contact", "triage_noted", "decision_decision", "decision_told", "decision_reopening")
FILL = (  # the owner is held to the walls, and no service acts while migrations run
    "".join(f"CREATE POLICY counted_once ON {table} TO mash_owner USING (true);" for table in READ)
    + "INSERT INTO triage_stillopen (id, hub_id, contact_id) SELECT gen_random_uuid(), c.hub_id, c.id "
    + f"FROM contact_contact c WHERE {OPEN.format(contact='c.id')} ON CONFLICT (contact_id) DO NOTHING;"
    + "".join(f"DROP POLICY counted_once ON {table};" for table in READ)
)
DECIDED = WORKED_OUT[WORKED_OUT.index("AND NOT EXISTS (SELECT FROM public.decision_decision d") :]
DECIDED = DECIDED[: DECIDED.index("UNION")]
AT_NIGHT = WORKED_OUT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    DECIDED, "AND EXISTS (SELECT FROM public.triage_stillopen o WHERE o.contact_id = c.id)\n        "
)


def watched(table: str, events: str, function: str) -> RunSQL:
    """Let each change of a table that may end the work on a contact, or begin it, say so."""
    return RunSQL(
        f"CREATE TRIGGER still_open AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION identity.{function}();",
        f"DROP TRIGGER still_open ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0021_in_own_name"),
        ("triage", "0012_still_open"),
        ("decision", "0016_in_own_name"),
    ]

    operations = [
        RunSQL(ASK, "DROP FUNCTION identity.open_or_not(); DROP FUNCTION identity.open_at_first();"),
        *[watched(table, *how) for table, how in WATCHED.items()],
        RunSQL(FILL, RunSQL.noop),
        RunSQL(AT_NIGHT, WORKED_OUT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
