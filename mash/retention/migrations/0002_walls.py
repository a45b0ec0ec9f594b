"""The walls of this app's tables; that another person agrees, and that two people lift a hold, held by the database."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    BARRED_PEOPLE,
    BARS,
    DOORS,
    DUTIES,
    IN_MY_HUBS,
    at_night,
    child_of,
    deletable,
    frozen,
    protect,
)

SERVICES = {
    "retention": "the day on which each record falls due, worked out by night",
    "disposal": "records that two people agreed to dispose of, taken away with all that hangs from them",
}
SERVICE = "(SELECT identity.my_service())"
REVIEWS = f"{DUTIES} && ARRAY['manage','approve']"
MANAGES = f"{DUTIES} && ARRAY['manage']"
ME = "(SELECT identity.my_post())"
OPEN_TO_ME = (
    f"(person_id IS NULL OR person_id <> ALL ({BARRED_PEOPLE})) "
    f"AND (contact_id IS NULL OR contact_id <> ALL ({BARS}))"
)
RECORD = f"{AT_MY_DESK} AND ({REVIEWS} OR {SERVICE} IS NOT NULL) AND {OPEN_TO_ME}"
OF_PROPOSAL = child_of("retention_proposal", "proposal_id", "retention_word")
HELD = f"{AT_MY_DESK} AND ({REVIEWS} OR {SERVICE} IS NOT NULL) AND (person_id IS NULL OR person_id <> ALL ({BARRED_PEOPLE}))"


def there(table: str) -> str:
    """Return "the person, contact or consultation is visible to me and of the same hub"."""
    parents = {
        "person_id": "people_person",
        "contact_id": "contact_contact",
        "consultation_id": "contact_consultation",
    }
    asked = (f"({key} IS NULL OR {child_of(parent, key, table)})" for key, parent in parents.items())
    return " AND ".join(asked)


def only(table: str, command: str, words: str, name: str) -> RunSQL:
    """Narrow one command on a table, for every door."""
    clause = "WITH CHECK" if command == "INSERT" else f"USING ({IN_MY_HUBS}) WITH CHECK"
    return RunSQL(
        f"CREATE POLICY {table}_{name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} {clause} ({words});",
        f"DROP POLICY {table}_{name} ON {table};",
    )


def changes(table: str, columns: str) -> RunSQL:
    """Let the doors change these columns alone."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def list_services(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for said in SERVICES.items():
            cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", said)


def strike_services(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = ANY (%s)", [list(SERVICES)])


ANOTHER_AGREES = """
    EXISTS (SELECT FROM retention_proposal p JOIN partnership_staff s ON s.id = p.by_id
            WHERE p.id = retention_word.proposal_id AND p.ended_at IS NULL
              AND s.account_id <> (SELECT identity.my_person()))
"""
ANOTHER_ANSWERS = """
    EXISTS (SELECT FROM partnership_staff s
            WHERE s.id = retention_lifting.by_id AND s.account_id <> (SELECT identity.my_person()))
"""
TWO_LIFT = """
    CREATE FUNCTION retention_two_lift() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      IF NEW.lifted_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.retention_lifting l
        JOIN public.partnership_staff one ON one.id = l.by_id
        JOIN public.partnership_staff other ON other.id = l.answered_by_id
        WHERE l.hold_id = NEW.id AND l.agreed AND one.account_id <> other.account_id
      ) THEN
        RAISE EXCEPTION 'two people lift a hold' USING ERRCODE = 'insufficient_privilege';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER retention_hold_two_lift BEFORE UPDATE ON retention_hold
      FOR EACH ROW EXECUTE FUNCTION retention_two_lift();
"""
ONE_AT_A_TIME = """
    CREATE FUNCTION retention_one_at_a_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN  -- a hold and a disposal never pass each other: see retention_dispose()
      PERFORM pg_advisory_xact_lock_shared(hashtextextended('retention:' || NEW.hub_id, 0));
      RETURN NEW;
    END $$;
    CREATE TRIGGER retention_hold_first BEFORE INSERT ON retention_hold
      FOR EACH ROW EXECUTE FUNCTION retention_one_at_a_time();
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_records"), ("sealed", "0007_walls_of_releases")]

    operations = [
        migrations.RunPython(list_services, strike_services),
        protect("retention_standing", using=RECORD, check=f"{IN_MY_HUBS} AND {SERVICE} = 'retention'"),
        at_night("retention_standing"),
        deletable("retention_standing"),
        protect("retention_placed", using=RECORD, check=f"{RECORD} AND {there('retention_placed')}"),
        at_night("retention_placed"),
        frozen("retention_placed"),
        only("retention_placed", "INSERT", f"by_id = {ME} AND {MANAGES}", "own"),
        protect("retention_proposal", using=RECORD, check=f"{RECORD} AND {there('retention_proposal')}"),
        at_night("retention_proposal"),
        changes("retention_proposal", "ended_at, ended_why"),
        only("retention_proposal", "INSERT", f"by_id = {ME} AND {MANAGES} AND ended_at IS NULL", "own"),
        protect("retention_word", using=f"{AT_MY_DESK} AND {OF_PROPOSAL}"),
        frozen("retention_word"),
        only("retention_word", "INSERT", f"by_id = {ME} AND {REVIEWS} AND {ANOTHER_AGREES}", "another"),
        protect("retention_hold", using=HELD),
        changes("retention_hold", "lifted_at, review_on"),
        only("retention_hold", "INSERT", f"by_id = {ME} AND {MANAGES} AND lifted_at IS NULL", "own"),
        RunSQL(
            TWO_LIFT,
            "DROP TRIGGER retention_hold_two_lift ON retention_hold; DROP FUNCTION retention_two_lift();",
        ),
        RunSQL(
            ONE_AT_A_TIME,
            "DROP TRIGGER retention_hold_first ON retention_hold; DROP FUNCTION retention_one_at_a_time();",
        ),
        protect(
            "retention_holdreviewed",
            using=f"{AT_MY_DESK} AND {child_of('retention_hold', 'hold_id', 'retention_holdreviewed')}",
        ),
        frozen("retention_holdreviewed"),
        only("retention_holdreviewed", "INSERT", f"by_id = {ME} AND {MANAGES}", "own"),
        protect(
            "retention_lifting",
            using=f"{AT_MY_DESK} AND {child_of('retention_hold', 'hold_id', 'retention_lifting')}",
        ),
        changes("retention_lifting", "answered_by_id, answered_at, agreed, answer"),
        only(
            "retention_lifting",
            "INSERT",
            f"by_id = {ME} AND {MANAGES} AND answered_by_id IS NULL AND agreed IS NULL",
            "own",
        ),
        only(
            "retention_lifting",
            "UPDATE",
            f"answered_by_id = {ME} AND {REVIEWS} AND {ANOTHER_ANSWERS}",
            "another",
        ),
        protect(
            "retention_disposed",
            using=f"{IN_MY_HUBS} AND ({DUTIES} && ARRAY['manage','approve','audit'] OR {SERVICE} IS NOT NULL)",
            check=f"{IN_MY_HUBS} AND {SERVICE} = 'disposal'",
        ),
        RunSQL(
            "REVOKE INSERT, UPDATE ON retention_disposed FROM mash_app, mash_worker;",
            "GRANT INSERT, UPDATE ON retention_disposed TO mash_app, mash_worker;",
        ),
    ]
