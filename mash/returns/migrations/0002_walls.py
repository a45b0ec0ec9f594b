"""The walls of returns: open to whoever makes them and is kept from nobody; made, and taken in, by a program alone."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DOORS, DUTIES, IN_MY_HUBS, deletable, frozen, protect

SERVICE = ("returns", "makes the returns of a hub, whole, and takes in files of its past")
FUNCTION = """
    CREATE FUNCTION identity.is_kept_from_somebody() RETURNS boolean  -- a conflict of interest, in any case of the hub
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT EXISTS (
        SELECT FROM public.partnership_access
        WHERE bars AND staff_id = identity.my_post() AND from_at <= now() AND (until_at IS NULL OR until_at > now()))
    $$;
"""
NO_FUNCTION = "DROP FUNCTION identity.is_kept_from_somebody();"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
MAKES = f"{DUTIES} && ARRAY['manage','analyse'] AND NOT (SELECT identity.is_kept_from_somebody())"
SEEN = f"{IN_MY_HUBS} AND ({A_SERVICE} OR ({MAKES}))"
BY_ME = f"({A_SERVICE} OR by_id = (SELECT identity.my_post()))"


def child_of_run(table: str) -> str:
    """Return "its return is one that I see, of the same hub"."""
    return f"EXISTS (SELECT FROM returns_run r WHERE r.id = {table}.run_id AND r.hub_id = {table}.hub_id)"


def only_a_program(table: str, command: str) -> RunSQL:
    """Let no worker remove or change a row: only a program does."""
    name = f"{table}_program_{command.lower()}"
    return RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command} TO {DOORS} USING ({A_SERVICE});",
        f"DROP POLICY {name} ON {table};",
    )


def changes(table: str, columns: str) -> RunSQL:
    """Let these columns alone be changed."""
    doors = "mash_app, mash_worker"
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM {doors}; GRANT UPDATE ({columns}) ON {table} TO {doors};",
        f"REVOKE UPDATE ({columns}) ON {table} FROM {doors}; GRANT UPDATE ON {table} TO {doors};",
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_returns")]

    operations = [
        migrations.RunPython(list_service, strike_service),
        RunSQL(FUNCTION, NO_FUNCTION),
        protect("returns_run", using=SEEN, check=f"{SEEN} AND {BY_ME}"),
        protect(
            "returns_made",
            using=SEEN,
            check=f"{IN_MY_HUBS} AND {A_SERVICE} AND {child_of_run('returns_made')}",
        ),
        protect(
            "returns_file",
            using=SEEN,
            check=f"{IN_MY_HUBS} AND {A_SERVICE} AND {child_of_run('returns_file')}",
        ),
        protect(
            "returns_problem",
            using=SEEN,
            check=f"{IN_MY_HUBS} AND {A_SERVICE} AND {child_of_run('returns_problem')}",
        ),
        protect(
            "returns_takenout", using=SEEN, check=f"{SEEN} AND {BY_ME} AND {child_of_run('returns_takenout')}"
        ),
        protect("returns_takenin", using=SEEN, check=f"{IN_MY_HUBS} AND {A_SERVICE}"),
        protect("returns_past", using=SEEN, check=f"{IN_MY_HUBS} AND {A_SERVICE}"),
        only_a_program("returns_past", "UPDATE"),
        changes("returns_past", "ended_on, said, file_id"),
        *[frozen(f"returns_{name}") for name in ("run", "made", "file", "problem", "takenout", "takenin")],
        deletable("returns_file"),
        deletable("returns_problem"),
        only_a_program("returns_file", "DELETE"),
        only_a_program("returns_problem", "DELETE"),
    ]
