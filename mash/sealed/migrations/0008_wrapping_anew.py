"""A service wraps what is under lock anew when its key is replaced.  It changes the ciphertext, and nothing else."""

from django.db import migrations

SERVICE = ("seal_keys", "what is under lock is wrapped anew under another key")
A_KEEPER = f"(SELECT identity.my_service()) = '{SERVICE[0]}'"
REPLACED = {  # table: nonce and body, by pairs
    "item": (("nonce", "body"), ("terms_nonce", "terms")),
    "subject": (("nonce", "body"),),
    "subjectended": (("nonce", "body"),),
    "rendition": (("nonce", "body"),),
    "release": (("nonce", "why"),),
    "ownerword": (("nonce", "reason"),),
    "ruling": (("nonce", "reason"),),
    "secondword": (("nonce", "reason"),),
    "recall": (("nonce", "reason"),),
}
READ_BESIDE = ("room", "wording")
LISTED = ", ".join(
    f"('sealed_{table}', '{nonce}', '{body}')" for table, pairs in REPLACED.items() for nonce, body in pairs
)
# Nobody holds the right to change a row of the room.  The owner does, inside this function alone, for one service.
WRAP = f"""
    CREATE FUNCTION identity.wrap_anew(
      place text, nonce_at text, body_at text, which uuid, was bytea, new_nonce bytea, new_body bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE done int;
    BEGIN
      IF identity.my_service() IS DISTINCT FROM '{SERVICE[0]}' THEN
        RAISE EXCEPTION 'only the service {SERVICE[0]} wraps anew' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF (place, nonce_at, body_at) NOT IN ({LISTED}) THEN
        RAISE EXCEPTION 'nothing there lies under lock' USING ERRCODE = 'insufficient_privilege';
      END IF;
      EXECUTE format('UPDATE sealed.%I SET %I = $1, %I = $2 WHERE id = $3 AND %I = $4', place, nonce_at, body_at, body_at)
        USING new_nonce, new_body, which, was;
      GET DIAGNOSTICS done = ROW_COUNT;
      RETURN done = 1;
    END $$;
    REVOKE EXECUTE ON FUNCTION identity.wrap_anew(text, text, text, uuid, bytea, bytea, bytea)
      FROM mash_worker, mash_reader, mash_sealed;
"""


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def forget_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


def read_by_the_keeper(table):
    """Let the service read a table of the room."""
    return migrations.RunSQL(
        f"CREATE POLICY sealed_{table}_keeper ON sealed.sealed_{table} FOR SELECT TO mash_sealed USING ({A_KEEPER});",
        f"DROP POLICY sealed_{table}_keeper ON sealed.sealed_{table};",
    )


class Migration(migrations.Migration):
    dependencies = [("sealed", "0007_walls_of_releases"), ("partnership", "0021_vouched_for")]

    operations = [
        migrations.RunPython(list_it, forget_it),
        *[read_by_the_keeper(table) for table in (*REPLACED, *READ_BESIDE)],
        migrations.RunSQL(
            WRAP, "DROP FUNCTION identity.wrap_anew(text, text, text, uuid, bytea, bytea, bytea);"
        ),
    ]
