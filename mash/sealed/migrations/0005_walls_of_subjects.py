"""The walls of whom only the unit knows, the one question that may be asked of them, and who makes their marks anew."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import protect, seal

CLEARED = "hub_id = ANY ((SELECT identity.my_clearances())::uuid[])"
NAME, REASON = (
    "sealed_marks",
    "marks of whom only the unit knows, made anew after a change of key or of how names are read",
)
A_KEEPER = f"(SELECT identity.my_service()) = '{NAME}'"
KNOWN = f"{CLEARED} OR {A_KEEPER}"
WALLS = {"subject": (KNOWN, CLEARED), "subjectended": (KNOWN, CLEARED), "mark": (KNOWN, KNOWN)}

# Somebody is recognised by how their name sounds, or by a given name with two parts of a birth date, and one thing
# beside it that few people share; or by a number and their birth date.  A pair of names with a year alone speaks where
# no birth date was given.  The same is asked whoever asks; only the answer is kept from whoever is not cleared.
ASK = """
    CREATE FUNCTION identity.held_in_confidence(asked_hub uuid, places int[], kinds text[], wanted bytea[])
    RETURNS int[]  -- places of those on whom something is held; a post that works nights alone is told as the cleared are
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      WITH asked AS (
        SELECT * FROM unnest(places, kinds, wanted) AS said(place, kind, token)
      ), dated AS (
        SELECT place FROM asked WHERE kind = 'born' GROUP BY place
      ), alike AS (
        SELECT asked.place, mark.subject_id, array_agg(DISTINCT mark.kind::text) AS agreed
        FROM asked JOIN sealed.sealed_mark mark
          ON mark.hub_id = asked_hub AND mark.token = asked.token AND mark.kind = asked.kind
        GROUP BY asked.place, mark.subject_id
      ), held AS (
        SELECT DISTINCT alike.place FROM alike
        WHERE NOT EXISTS (SELECT FROM sealed.sealed_subjectended ended WHERE ended.subject_id = alike.subject_id)
          AND (
            (agreed && ARRAY['pair', 'month', 'day'] AND agreed && ARRAY['born', 'home', 'phone', 'number'])
            OR agreed @> ARRAY['number', 'initial']
            OR (agreed @> ARRAY['pair', 'year'] AND (agreed && ARRAY['month', 'day'] OR alike.place NOT IN (SELECT place FROM dated)))
          )
      )
      SELECT CASE
        WHEN asked_hub = ANY (identity.my_clearances()) OR (identity.works_nights() AND asked_hub = ANY (identity.my_desks()))
        THEN coalesce(array_agg(place ORDER BY place), ARRAY[]::int[]) ELSE ARRAY[]::int[] END
      FROM held
    $$;
"""


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", [NAME, REASON])


def forget_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", [NAME])


class Migration(migrations.Migration):
    dependencies = [("sealed", "0004_subjects"), ("partnership", "0015_restricted")]

    operations = [
        migrations.RunPython(list_it, forget_it),
        *[
            protect(f"sealed_{table}", using=using, check=check, to="mash_sealed", identity_reads=True)
            for table, (using, check) in WALLS.items()
        ],
        *[seal(f"sealed_{table}") for table in WALLS],
        RunSQL(ASK, "DROP FUNCTION identity.held_in_confidence(uuid, int[], text[], bytea[]);"),
    ]
