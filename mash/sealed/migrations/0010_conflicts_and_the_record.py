"""The room of a case is shut to whoever a conflict of interest keeps from it; and a service compares rows with the record.

What a worker who is kept from a room is still told, that something is held there, goes through one question of the owner.
"""

from django.db import migrations

from mash.common.rls import BARS

MINE = "hub_id = ANY ((SELECT identity.my_hubs())::uuid[])"
CLEARED = "hub_id = ANY ((SELECT identity.my_clearances())::uuid[])"
SHUT = "(SELECT identity.my_shut_rooms())::uuid[]"
ITEM = f"{MINE} AND ({CLEARED} OR author = (SELECT identity.my_post()))"
WALLS = {  # table: what it was, what it is
    "room": (CLEARED, f'{CLEARED} AND "case" <> ALL ({BARS})'),
    "member": (CLEARED, f"{CLEARED} AND room_id <> ALL ({SHUT})"),
    "item": (ITEM, f"{ITEM} AND room_id <> ALL ({SHUT})"),
}
ASK = """
    CREATE FUNCTION identity.my_shut_rooms() RETURNS uuid[]  -- sealed rooms of cases closed to me
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(SELECT id FROM sealed.sealed_room WHERE "case" = ANY (identity.my_bars()))
    $$;
    CREATE FUNCTION identity.held_behind(asked_hub uuid, asked uuid[]) RETURNS uuid[]
    -- of these cases and people, those on whom something lies in a room shut to me; the same is asked whoever asks
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      WITH behind AS (
        SELECT room."case", item.people FROM sealed.sealed_item item JOIN sealed.sealed_room room ON room.id = item.room_id
        WHERE item.hub_id = asked_hub AND room.id = ANY (identity.my_shut_rooms())
      ), held AS (
        SELECT "case" AS one FROM behind UNION SELECT one FROM behind, unnest(people) one
      )
      SELECT CASE WHEN asked_hub = ANY (identity.my_clearances())
        THEN coalesce(array_agg(one), ARRAY[]::uuid[]) ELSE ARRAY[]::uuid[] END
      FROM held WHERE one = ANY (asked)
    $$;
"""
UNASK = "DROP FUNCTION identity.held_behind(uuid, uuid[]); DROP FUNCTION identity.my_shut_rooms();"
SERVICE = ("row_checker", "sealed rows are compared with what the record says of them")
A_CHECKER = f"(SELECT identity.my_service()) = '{SERVICE[0]}'"
COMPARED = (
    "room", "item", "subject", "subjectended", "mark", "release", "wording", "rendition", "restson", "recipient",
    "ownerword", "ruling", "secondword", "recall",
)  # fmt: skip


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def forget_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


def wall(table):
    """Have a table's policy ask for a conflict of interest too; who adds a row is asked as before."""
    before, after = (
        f"ALTER POLICY sealed_{table}_wall ON sealed.sealed_{table} USING ({said})" for said in WALLS[table]
    )
    return migrations.RunSQL(after, before)


def read_by_the_checker(table):
    """Let the service read a table of the room."""
    return migrations.RunSQL(
        f"CREATE POLICY sealed_{table}_checker ON sealed.sealed_{table} FOR SELECT TO mash_sealed USING ({A_CHECKER});",
        f"DROP POLICY sealed_{table}_checker ON sealed.sealed_{table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sealed", "0009_streets_and_first_letters"),
        ("partnership", "0021_vouched_for"),
        ("ledger", "0002_roots"),
    ]

    operations = [
        migrations.RunPython(list_it, forget_it),
        migrations.RunSQL(ASK, UNASK),
        *[wall(table) for table in WALLS],
        *[read_by_the_checker(table) for table in COMPARED],
        migrations.RunSQL(
            f"CREATE POLICY ledger_entry_checker ON ledger_entry FOR SELECT TO mash_app, mash_reader, mash_worker "
            f"USING ({A_CHECKER} AND event LIKE 'rows.%');",
            "DROP POLICY ledger_entry_checker ON ledger_entry;",
        ),
    ]
