"""The walls of figures, and how the database says what changed under them.

How one contact went is seen by who manages the hub, as far as the contact itself is; sums and lengths by who manages or
analyses and is kept from no case, since they count every case.  Only the service `insight` writes any of them.

Whatever writes to a table that figures rest on, leaves a line in `insight_touched`, whoever writes and by whatever way:
an app, a command, a service, disposal.  The line goes into the same transaction, so a figure misses no change and counts
none that was taken back.  Hubs of an exercise are not counted.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    at_desk,
    at_night,
    child_of,
    deletable,
    frozen,
    goes_with_an_exercise,
    protect,
)

SERVICE = ("insight", "counts how the contacts of each hub went, whole, for whoever manages it")
COUNTS = "(SELECT identity.my_service()) = 'insight'"
MANAGES = f"{DUTIES} && ARRAY['manage']"
SEES = f"{DUTIES} && ARRAY['manage','analyse'] AND NOT (SELECT identity.is_kept_from_somebody())"
WHOLE = f"{IN_MY_HUBS} AND ({COUNTS} OR ({SEES}))"
WRITES = f"{IN_MY_HUBS} AND {COUNTS}"
ONE = f"{at_desk()} AND ({COUNTS} OR {MANAGES})"
ALL = ("course", "enquired", "sum", "length", "asof", "touched", "report")
OF_A_CONTACT = ("course", "enquired")
INSERTED, UPDATED, DELETED = "INSERT", "UPDATE", "DELETE"
EVERY = (INSERTED, UPDATED, DELETED)
WATCHED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("contact_contact", EVERY, ("contact", "id")),
    ("contact_settlement", EVERY, ("contact_person", "contact_person_id", "person", "person_id")),
    ("contact_replyseen", (INSERTED, DELETED), ("reply", "reply_id")),
    ("triage_rating", EVERY, ("contact", "contact_id")),
    ("triage_paused", EVERY, ("contact", "contact_id")),
    ("triage_episodecontact", EVERY, ("contact", "contact_id")),
    ("check_check", EVERY, ("contact", "contact_id")),
    ("check_enquiry", EVERY, ("contact", "contact_id_opaque")),
    ("check_return", EVERY, ("enquiry", "enquiry_id")),
    ("decision_decision", EVERY, ("contact", "contact_id", "decision", "id")),
    ("decision_outcome", EVERY, ("decision", "decision_id")),
    ("decision_told", EVERY, ("contact", "contact_id")),
    ("decision_reopening", EVERY, ("contact", "contact_id")),
    ("decision_strategy", EVERY, ("contact", "contact_id")),
    ("people_person", (UPDATED, DELETED), ("person", "id")),
    ("triage_target", EVERY, ("hub", "hub_id")),
    ("partnership_closure", EVERY, ("hub", "hub_id")),
    ("partnership_hub", (UPDATED,), ("hub", "id")),
    ("setup_edition", (INSERTED,), ("hub", "hub_id")),
)
"""Table, what is told of, and pairs: what kind of key, in which column."""
FUNCTIONS = """
    CREATE FUNCTION identity.insight_touch() RETURNS trigger  -- TG_ARGV: column of the hub, then pairs: what, its column
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      disposes boolean := false;  -- then no key of what goes is left, and what stays is counted again
      stays text;
    BEGIN
      IF TG_OP = 'DELETE' AND coalesce(current_setting('mash.identity', true), '') <> '' THEN
        disposes := identity.my_service() IS NOT DISTINCT FROM 'disposal';
      END IF;
      FOR place IN 1 .. TG_NARGS - 2 BY 2 LOOP
        CONTINUE WHEN disposes AND TG_ARGV[place] NOT IN ('contact', 'person');
        stays := CASE WHEN NOT disposes THEN '' WHEN TG_ARGV[place] = 'contact'
          THEN ' AND EXISTS (SELECT FROM public.contact_contact o WHERE o.id = c.%3$I)'
          ELSE ' AND EXISTS (SELECT FROM public.people_person o WHERE o.id = c.%3$I)' END;
        EXECUTE format(
          'INSERT INTO public.insight_touched (id, hub_id, what, key) SELECT gen_random_uuid(), said.* FROM ('
          'SELECT DISTINCT c.%1$I, %2$L, c.%3$I FROM changed c WHERE c.%3$I IS NOT NULL AND NOT EXISTS ('
          'SELECT FROM public.partnership_hub h WHERE h.id = c.%1$I AND h.exercise_for_id IS NOT NULL)' || stays
          || ') said', TG_ARGV[0], TG_ARGV[place], TG_ARGV[place + 1]);
      END LOOP;
      IF disposes AND TG_TABLE_NAME IN ('contact_contact', 'people_person') THEN
        DELETE FROM public.insight_touched t USING changed c WHERE t.key = c.id;
      END IF;
      RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION identity.insight_touch() FROM PUBLIC;

    CREATE FUNCTION identity.insight_gone() RETURNS trigger  -- a row that counted is gone: these days are counted again
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      columns text;
    BEGIN
      SELECT string_agg(format('c.%I', a.attname), ', ') INTO columns FROM pg_attribute a
        WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'date'::regtype;
      EXECUTE format(
        'INSERT INTO public.insight_touched (id, hub_id, what, days) '
        'SELECT gen_random_uuid(), c.hub_id, ''days'', array_remove(ARRAY[%s]::date[], NULL) FROM changed c WHERE NOT EXISTS ('
        'SELECT FROM public.partnership_hub h WHERE h.id = c.hub_id AND h.exercise_for_id IS NOT NULL)', columns);
      RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION identity.insight_gone() FROM PUBLIC;
"""
NO_FUNCTIONS = "DROP FUNCTION identity.insight_touch(); DROP FUNCTION identity.insight_gone();"


def watched(table: str, events: tuple[str, ...], said: tuple[str, ...]) -> RunSQL:
    """Let a table say what was changed in it."""
    hub = "id" if table == "partnership_hub" else "hub_id"
    words = ", ".join(f"'{word}'" for word in (hub, *said))
    made, gone = [], []
    for event in events:
        name = f"insight_{event.lower()}"
        rows = "OLD" if event == DELETED else "NEW"
        made.append(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION identity.insight_touch({words});"
        )
        gone.append(f"DROP TRIGGER {name} ON {table};")
    return RunSQL("\n".join(made), "\n".join(gone))


def gone(table: str) -> RunSQL:
    return RunSQL(
        f"CREATE TRIGGER insight_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION identity.insight_gone();",
        f"DROP TRIGGER insight_gone ON {table};",
    )


def goes_with_its_case(table: str) -> RunSQL:
    """Let the owner see rows of a record that is disposed of."""
    return RunSQL(
        f"CREATE POLICY {table}_goes ON {table} TO mash_owner USING ((SELECT identity.my_service()) = 'disposal');",
        f"DROP POLICY {table}_goes ON {table};",
    )


def only_the_count_removes(table: str) -> RunSQL:
    return RunSQL(
        f"CREATE POLICY {table}_count_delete ON {table} AS RESTRICTIVE FOR DELETE TO {DOORS} USING ({COUNTS});",
        f"DROP POLICY {table}_count_delete ON {table};",
    )


TOUCHED = f"""
    ALTER TABLE insight_touched ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY insight_touched_wall ON insight_touched TO {DOORS} USING ({COUNTS}) WITH CHECK ({COUNTS});
    CREATE POLICY insight_touched_by_the_database ON insight_touched FOR INSERT TO mash_owner WITH CHECK (true);
"""
UNTOUCHED = """
    DROP POLICY insight_touched_by_the_database ON insight_touched;
    DROP POLICY insight_touched_wall ON insight_touched;
    ALTER TABLE insight_touched DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
"""


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0001_figures"),
        ("contact", "0014_told_of_a_disagreement"),
        ("triage", "0010_confirmation"),
        ("decision", "0015_decided_again"),
        ("people", "0006_how_many_are_on_record"),
        ("retention", "0006_sealed_rows_gone"),
        ("returns", "0002_walls"),  # identity.is_kept_from_somebody()
        ("setup", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect(
            "insight_course",
            using=ONE,
            check=f"{WRITES} AND {child_of('contact_contact', 'contact_id', 'insight_course')}",
        ),
        protect(
            "insight_enquired",
            using=ONE,
            check=f"{WRITES} AND {child_of('check_enquiry', 'enquiry_id', 'insight_enquired')}",
        ),
        protect("insight_sum", using=WHOLE, check=WRITES),
        protect("insight_length", using=WHOLE, check=WRITES),
        protect(
            "insight_asof",
            using=f"{IN_MY_HUBS} AND ({COUNTS} OR {DUTIES} && ARRAY['manage','analyse'])",
            check=WRITES,
        ),
        protect(
            "insight_report",
            using=f"{IN_MY_HUBS} AND {MANAGES}",
            check=f"{IN_MY_HUBS} AND {MANAGES} AND NOT (SELECT identity.is_kept_from_somebody()) "
            "AND by_id = (SELECT identity.my_post())",
        ),
        RunSQL(TOUCHED, UNTOUCHED),
        frozen("insight_report"),
        *[at_night(f"insight_{name}") for name in OF_A_CONTACT],
        *[deletable(f"insight_{name}") for name in ("sum", "length", "touched")],
        *[only_the_count_removes(f"insight_{name}") for name in ("sum", "length")],
        *[goes_with_its_case(f"insight_{name}") for name in (*OF_A_CONTACT, "touched")],
        *[goes_with_an_exercise(f"insight_{name}") for name in ALL],
        RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *[watched(*one) for one in WATCHED],
        *[gone(f"insight_{name}") for name in OF_A_CONTACT],
    ]
