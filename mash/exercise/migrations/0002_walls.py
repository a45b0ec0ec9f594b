"""The walls of exercises: open to who trains, in the hub that runs them; to a seat, its own paper and nothing else.

A hub that trains and the hubs of its exercises meet in one function, which says what the groups recorded.
"""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS, DUTIES, HUBS, IN_MY_HUBS, child_of, frozen, protect, receipt

HERE = Path(__file__).parent.parent
SERVICE = ("exercises", "opens the hubs of an exercise, gives out what is due, and closes them")
ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IN ('exercises', 'disposal', 'migrations')"
TRAINS = f"{DUTIES} && ARRAY['train','manage']"
KEEPS = f"({A_SERVICE} OR {TRAINS})"
HERE_AND_KEPT = f"{IN_MY_HUBS} AND {KEEPS}"
BY_ME = f"by_id = {ME}"
MINE = "(SELECT identity.my_exercise())::uuid[]"
MY_SEAT = "(SELECT identity.my_seat())"
READ_BY_THE_FUNCTION = (
    "contact_contact", "contact_contactperson", "triage_rating", "triage_agreement", "check_check", "check_return",
    "check_view", "decision_dissent", "decision_decision", "decision_outcome", "decision_strategy",
)  # fmt: skip
OF_MY_EXERCISES = (
    f"hub_id = ANY (ARRAY(SELECT h.id FROM partnership_hub h WHERE h.exercise_for_id = ANY ({HUBS})))"
)
ACROSS = f"current_setting('mash.exercise', true) = 'on' AND {TRAINS} AND {OF_MY_EXERCISES}"
GOES = (
    "(SELECT identity.my_service()) = 'disposal' AND "
    "hub_id = ANY (ARRAY(SELECT h.id FROM partnership_hub h WHERE h.exercise_for_id IS NOT NULL))"
)
OWNER_DISPOSES = f"""
    DO $do$
    DECLARE one record;
    BEGIN
      FOR one IN
        SELECT c.oid, c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'hub_id' AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND c.relrowsecurity
          AND c.relnamespace IN ('public'::regnamespace, 'sealed'::regnamespace)
          AND c.relname NOT LIKE 'exercise\\_%' AND NOT EXISTS (
            SELECT FROM pg_policy p WHERE p.polrelid = c.oid
              AND (pg_get_expr(p.polqual, p.polrelid) = 'true' OR p.polname LIKE '%\\_exercise\\_goes'))
      LOOP
        EXECUTE format($q$CREATE POLICY %I ON %s TO mash_owner USING ({GOES})$q$,
          one.relname || '_exercise_goes', one.oid::regclass);
      END LOOP;
    END $do$;
"""
OWNER_NO_LONGER = """
    DO $do$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT polname, polrelid::regclass AS of FROM pg_policy WHERE polname LIKE '%\\_exercise\\_goes' LOOP
        EXECUTE format('DROP POLICY %I ON %s', one.polname, one.of);
      END LOOP;
    END $do$;
"""


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


def changes(table: str, columns: str) -> RunSQL:
    """Let the app change these columns alone."""
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def only_who_keeps(table: str, command: str = "UPDATE") -> RunSQL:
    """Keep a seat, which may read a row here, from changing it."""
    return RunSQL(
        f"CREATE POLICY {table}_kept ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} USING ({KEEPS});",
        f"DROP POLICY {table}_kept ON {table};",
    )


def of_the_run(table: str) -> str:
    """Return "its run is one that I keep"."""
    return child_of("exercise_run", "run_id", table)


class Migration(migrations.Migration):
    dependencies = [
        ("exercise", "0001_exercises"),
        ("partnership", "0026_hub_of_an_exercise"),
        ("training", "0005_old_sheets"),
        ("retention", "0006_sealed_rows_gone"),
        ("quality", "0006_walls_of_own_decisions"),
        ("panel", "0003_on_plans"),
        ("plans", "0003_steps_from_plans"),
        ("alongside", "0003_who_it_went_to"),
        ("handover", "0003_steps_from_plans"),
        ("directory", "0005_taken_away_by_keepers"),
        ("setup", "0009_review"),
        ("subject_access", "0002_wrapped_anew"),
        ("returns", "0002_walls"),
        ("boroughs", "0005_no_hub_of_an_exercise"),
        ("desk", "0014_alerts_of_harm"),
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        RunSQL(
            (HERE / "my_seat_1.sql").read_text("utf-8"),
            "DROP FUNCTION identity.my_exercise(); DROP FUNCTION identity.my_seat();",
        ),
        protect("exercise_exercise", using=HERE_AND_KEPT, check=f"{HERE_AND_KEPT} AND {BY_ME}"),
        frozen("exercise_exercise"),
        protect(
            "exercise_version",
            using=HERE_AND_KEPT,
            check=f"{HERE_AND_KEPT} AND {BY_ME} AND "
            f"{child_of('exercise_exercise', 'exercise_id', 'exercise_version')}",
        ),
        frozen("exercise_version"),
        protect(
            "exercise_seat",
            using=f"({HERE_AND_KEPT}) OR post_id = {ME}",
            check=HERE_AND_KEPT,
            identity_reads=True,
        ),
        RunSQL(
            "CREATE POLICY exercise_seat_parents ON exercise_seat AS RESTRICTIVE FOR INSERT TO "
            f"{DOORS} WITH CHECK (post_id IS NULL AND {child_of('exercise_group', 'group_id', 'exercise_seat')});",
            "DROP POLICY exercise_seat_parents ON exercise_seat;",
        ),
        only_who_keeps("exercise_seat"),
        changes("exercise_seat", "account_id, post_id, told, came"),
        protect(
            "exercise_run",
            using=f"({HERE_AND_KEPT}) OR id = ANY ({MINE})",
            check=HERE_AND_KEPT,
            identity_reads=True,
        ),
        RunSQL(
            f"CREATE POLICY exercise_run_begun ON exercise_run AS RESTRICTIVE FOR INSERT TO {DOORS} WITH CHECK "
            f"({BY_ME} AND {child_of('exercise_version', 'version_id', 'exercise_run')});",
            "DROP POLICY exercise_run_begun ON exercise_run;",
        ),
        only_who_keeps("exercise_run"),
        changes("exercise_run", "seated_at, opened_at, ended_at, ended_by_id, ended_why, keep_until"),
        protect(
            "exercise_group",
            using=f"({HERE_AND_KEPT}) OR id = ANY ({MINE})",
            check=f"{HERE_AND_KEPT} AND {of_the_run('exercise_group')}",
            identity_reads=True,
        ),
        only_who_keeps("exercise_group"),
        changes("exercise_group", "place_id"),
        protect(
            "exercise_turn",
            using=f"({HERE_AND_KEPT}) OR run_id = ANY ({MINE})",
            check=f"{HERE_AND_KEPT} AND {BY_ME} AND {of_the_run('exercise_turn')}",
        ),
        frozen("exercise_turn"),
        protect(
            "exercise_given",
            using=f"({HERE_AND_KEPT}) OR (group_id = ANY ({MINE}) AND seats @> ARRAY[{MY_SEAT}])",
            check=f"{HERE_AND_KEPT} AND {child_of('exercise_group', 'group_id', 'exercise_given')}",
        ),
        RunSQL(
            f"CREATE POLICY exercise_given_own ON exercise_given AS RESTRICTIVE FOR INSERT TO {DOORS} "
            f"WITH CHECK ((by_id = {ME} OR by_id IS NULL AND {A_SERVICE}) AND made IS NULL);",
            "DROP POLICY exercise_given_own ON exercise_given;",
        ),
        only_who_keeps("exercise_given"),
        changes("exercise_given", "made, made_reference"),
        RunSQL(
            f"CREATE POLICY exercise_given_made ON exercise_given AS RESTRICTIVE FOR UPDATE TO {DOORS} USING ({A_SERVICE});",
            "DROP POLICY exercise_given_made ON exercise_given;",
        ),
        protect(
            "exercise_seen",
            using=f"({HERE_AND_KEPT}) OR seat_id = ANY ({MINE})",
            check=f"seat_id = ANY ({MINE}) AND {child_of('exercise_given', 'given_id', 'exercise_seen')}",
        ),
        receipt("exercise_seen"),
        protect(
            "exercise_note",
            using=HERE_AND_KEPT,
            check=f"{HERE_AND_KEPT} AND {BY_ME} AND {child_of('exercise_group', 'group_id', 'exercise_note')}",
        ),
        frozen("exercise_note"),
        protect(
            "exercise_score",
            using=HERE_AND_KEPT,
            check=f"{HERE_AND_KEPT} AND {BY_ME} AND {child_of('exercise_group', 'group_id', 'exercise_score')}",
        ),
        frozen("exercise_score"),
        *(
            RunSQL(
                f"CREATE POLICY {table}_exercise ON {table} FOR SELECT TO mash_owner USING ({ACROSS});",
                f"DROP POLICY {table}_exercise ON {table};",
            )
            for table in READ_BY_THE_FUNCTION
        ),
        RunSQL((HERE / "doings_1.sql").read_text("utf-8"), "DROP FUNCTION identity.exercise_doings(uuid);"),
        RunSQL(OWNER_DISPOSES, OWNER_NO_LONGER),
        RunSQL(
            (HERE / "disposal_1.sql").read_text("utf-8"),
            "DROP FUNCTION identity.exercise_dispose(uuid, timestamptz);",
        ),
    ]
