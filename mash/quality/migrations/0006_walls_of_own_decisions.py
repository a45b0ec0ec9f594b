"""The walls of decisions decided again: what was decided is its lead's alone; whoever decides again reads the copy.

While they do, the case itself is closed to them: `identity.my_copies()` gives a copy to nobody whom a bar does not keep
from every report of its event, nor where a case that the copy speaks of was restricted, or closed to them, since.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, BARS, DUTIES, IN_MY_HUBS, at_night, child_of, frozen, protect

ME = "(SELECT identity.my_post())"
LEADS = f"{AT_MY_DESK} AND {DUTIES} && ARRAY['manage']"
PROVES = "(SELECT identity.my_service()) = 'quality'"
PROGRAM = "(SELECT identity.my_service()) = 'own_decisions'"
SERVICE = (
    "own_decisions",
    "a decision found wrong is reopened the same day, and whoever cannot decide again is replaced",
)
MINE = "(SELECT identity.my_copies())::uuid[]"
MY_COPIES = """
    CREATE FUNCTION identity.my_copies() RETURNS uuid[]  -- copies that are mine to decide again
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
      SELECT ARRAY(
        SELECT mine.copy_id FROM public.quality_reviewer mine
        WHERE mine.staff_id = identity.my_post() AND mine.hub_id = ANY (identity.my_hubs()) AND mine.ended_at IS NULL
          AND identity.my_duties() @> ARRAY['review','clear']
          AND NOT EXISTS (
            SELECT FROM public.partnership_restriction closed
            WHERE closed.until_at IS NULL AND closed.contact_id = ANY (mine.named))
          AND NOT EXISTS (
            SELECT FROM unnest(mine.contacts) AS own(contact) WHERE NOT EXISTS (
              SELECT FROM public.partnership_access kept
              WHERE kept.id = ANY (mine.kept) AND kept.bars AND kept.staff_id = mine.staff_id
                AND kept.contact_id = own.contact
                AND kept.from_at <= now() AND (kept.until_at IS NULL OR kept.until_at > now())))
          AND NOT EXISTS (
            SELECT FROM public.partnership_access bar
            WHERE bar.bars AND bar.staff_id = mine.staff_id AND bar.id <> ALL (mine.kept)
              AND (bar.contact_id = ANY (mine.named) OR bar.person_id = ANY (mine.people))
              AND bar.from_at <= now() AND (bar.until_at IS NULL OR bar.until_at > now())))
    $$;
    REVOKE EXECUTE ON FUNCTION identity.my_copies() FROM mash_sealed;
"""
GOES = ("again", "copy", "redecided", "followed")  # the owner sees every reviewer
REOPENS = (
    f"({DUTIES} && ARRAY['assess','decide','manage'] OR (kind = 'back' AND "
    f"{DUTIES} && ARRAY['screen','assess','decide','manage']) OR (SELECT identity.my_service()) = 'hand_overs'"
)
OF_DECISION = child_of("decision_decision", "decision_id", "decision_reopening")


def of(parent: str, key: str, table: str) -> str:
    return child_of(f"quality_{parent}", f"{key}_id", f"quality_{table}")


def changes(table: str, columns: str) -> RunSQL:
    """Let these columns of a row be written later, and no others."""
    return RunSQL(
        f"REVOKE UPDATE ON quality_{table} FROM mash_app, mash_worker; "
        f"GRANT UPDATE ({columns}) ON quality_{table} TO mash_app, mash_worker;",
        f"GRANT UPDATE ON quality_{table} TO mash_app, mash_worker;",
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0005_own_decisions"),
        ("decision", "0015_decided_again"),
        ("handover", "0002_walls"),
        ("partnership", "0025_review"),
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        RunSQL(MY_COPIES, "DROP FUNCTION identity.my_copies();"),
        protect(
            "quality_month",
            using=f"{IN_MY_HUBS} AND ({DUTIES} && ARRAY['manage', 'analyse'] OR {PROVES} OR {PROGRAM})",
            check=LEADS,
        ),
        changes("month", "closed_at, closed_by_id, left_out, results"),
        protect(
            "quality_again",
            using=f"{AT_MY_DESK} AND contact_id <> ALL ({BARS}) "
            f"AND ({DUTIES} && ARRAY['manage'] OR {PROVES} OR {PROGRAM})",
            check=f"{AT_MY_DESK} AND ({DUTIES} && ARRAY['manage'] OR {PROGRAM}) AND contact_id <> ALL ({BARS}) "
            f"AND {of('month', 'month', 'again')} AND {child_of('contact_contact', 'contact_id', 'quality_again')}",
        ),
        changes(
            "again",
            "found, found_at, found_by_id, reopened_at, not_reopened, given_to_id, given_at, short, off_at, off_why",
        ),
        at_night("quality_again"),
        protect(
            "quality_copy",
            using=f"(({LEADS} OR {AT_MY_DESK} AND {PROGRAM}) AND {of('again', 'again', 'copy')}) "
            f"OR ({IN_MY_HUBS} AND id = ANY ({MINE}))",
            check=f"{LEADS} AND {of('again', 'again', 'copy')}",
        ),
        frozen("quality_copy"),
        protect(
            "quality_reviewer",
            using=f"{IN_MY_HUBS} AND (staff_id = {ME} OR "
            f"({DUTIES} && ARRAY['manage'] OR {PROGRAM}) AND {of('copy', 'copy', 'reviewer')})",
            check=f"{IN_MY_HUBS} AND (staff_id = {ME} AND ended = 'refused' OR "
            f"({DUTIES} && ARRAY['manage'] OR {PROGRAM}) AND {of('copy', 'copy', 'reviewer')})",
            identity_reads=True,
        ),
        changes("reviewer", "ended_at, ended, why"),
        protect(
            "quality_redecided",
            using=f"{IN_MY_HUBS} AND (by_id = {ME} AND copy_id = ANY ({MINE}) OR "
            f"({DUTIES} && ARRAY['manage'] OR {PROGRAM}) AND {of('copy', 'copy', 'redecided')})",
            check=f"{IN_MY_HUBS} AND by_id = {ME} AND copy_id = ANY ({MINE}) "
            f"AND {of('reviewer', 'reviewer', 'redecided')}",
        ),
        changes("redecided", "outcome, level, reasons, sure, missing, at_risk, at_risk_words, changed_at"),
        protect(
            "quality_followed",
            using=f"{LEADS} AND {of('again', 'again', 'followed')}",
            check=f"{LEADS} AND by_id = {ME} AND {of('again', 'again', 'followed')}",
        ),
        frozen("quality_followed"),
        RunSQL(
            f"ALTER POLICY decision_reopening_wall ON decision_reopening WITH CHECK ({AT_MY_DESK} AND "
            f"{REOPENS} OR (kind = 'again' AND {PROGRAM})) AND {OF_DECISION});",
            f"ALTER POLICY decision_reopening_wall ON decision_reopening WITH CHECK ({AT_MY_DESK} AND "
            f"{REOPENS}) AND {OF_DECISION});",
        ),
        *(
            RunSQL(
                f"CREATE POLICY quality_{one}_goes ON quality_{one} TO mash_owner "
                "USING ((SELECT identity.my_service()) = 'disposal');",
                f"DROP POLICY quality_{one}_goes ON quality_{one};",
            )
            for one in GOES
        ),
    ]
