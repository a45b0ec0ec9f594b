"""The walls of a round: who sent what is its lead's alone; a grader reads the copies that are theirs, while it is open.

What graders must not know stands in `sampled`, which no grader sees: that they are blind is the database's word.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AGENCY,
    AT_MY_DESK,
    BARS,
    DUTIES,
    IN_MY_HUBS,
    at_night,
    child_of,
    frozen,
    of_contact,
    protect,
)

ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
LEADS = f"{AT_MY_DESK} AND {DUTIES} && ARRAY['manage']"
PROVES = "(SELECT identity.my_service()) = 'quality'"
SEES = f"{IN_MY_HUBS} AND ({DUTIES} && ARRAY['grade', 'manage', 'analyse'] OR {A_SERVICE})"
SENT = "(SELECT identity.my_sent())::uuid[]"


def of_round(table: str) -> str:
    return child_of("quality_round", "round_id", f"quality_{table}")


OPEN_TO_ME = (
    f"{IN_MY_HUBS} AND {DUTIES} && ARRAY['grade'] AND {ME} = ANY (graders) AND EXISTS ("
    "SELECT FROM quality_round parent WHERE parent.id = quality_sheet.round_id "
    "AND parent.hub_id = quality_sheet.hub_id AND parent.opened_at IS NOT NULL AND parent.closed_at IS NULL)"
)
OF_SAMPLED = child_of("quality_sampled", "sampled_id", "quality_sheet")
GOES = ("sampled", "sheet", "given", "aside", "settled", "told")


def of_sheet(table: str) -> str:
    return child_of("quality_sheet", "sheet_id", f"quality_{table}")


def given_to_me(table: str) -> str:
    return (
        f"EXISTS (SELECT FROM quality_sheet parent WHERE parent.id = quality_{table}.sheet_id "
        f"AND parent.hub_id = quality_{table}.hub_id AND {ME} = ANY (parent.graders))"
    )


def changes(table: str, columns: str) -> RunSQL:
    """Let these columns of a row be written later, and no others."""
    return RunSQL(
        f"REVOKE UPDATE ON quality_{table} FROM mash_app, mash_worker; "
        f"GRANT UPDATE ({columns}) ON quality_{table} TO mash_app, mash_worker;",
        f"GRANT UPDATE ON quality_{table} TO mash_app, mash_worker;",
    )


def list_service(apps, schema_editor):
    """List it as the owner, who holds this table's own policy."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnership_service (name, reason) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            ["quality", "samples are drawn again to prove them; nothing is written"],
        )


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0001_quality"),
        ("referral", "0002_walls"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        protect("quality_round", using=SEES, check=LEADS),
        changes("round", "opened_at, opened_by_id, closed_at, closed_by_id, left_out, results"),
        protect(
            "quality_sampled",
            using=f"{AT_MY_DESK} AND contact_id <> ALL ({BARS}) AND ({DUTIES} && ARRAY['manage'] OR {PROVES})",
            check=f"{LEADS} AND contact_id <> ALL ({BARS}) AND {of_round('sampled')} AND "
            f"{child_of('contact_contact', 'contact_id', 'quality_sampled')}",
        ),
        frozen("quality_sampled"),
        at_night("quality_sampled"),
        protect(
            "quality_sheet",
            using=f"({LEADS} AND {OF_SAMPLED}) OR ({OPEN_TO_ME})",
            check=f"{LEADS} AND {OF_SAMPLED} AND {of_round('sheet')}",
        ),
        changes("sheet", "sections, graders"),
        protect(
            "quality_given",
            using=f"{IN_MY_HUBS} AND {of_sheet('given')} AND ({DUTIES} && ARRAY['manage'] OR by_id = {ME})",
            check=f"{IN_MY_HUBS} AND by_id = {ME} AND {given_to_me('given')}",
        ),
        frozen("quality_given"),
        protect(
            "quality_aside",
            using=f"{IN_MY_HUBS} AND {of_sheet('aside')} AND ({DUTIES} && ARRAY['manage'] OR by_id = {ME})",
            check=f"{IN_MY_HUBS} AND by_id = {ME} AND {given_to_me('aside')}",
        ),
        frozen("quality_aside"),
        protect(
            "quality_settled",
            using=f"{LEADS} AND {of_sheet('settled')}",
            check=f"{LEADS} AND by_id = {ME} AND {of_sheet('settled')}",
        ),
        frozen("quality_settled"),
        protect(
            "quality_told",
            using=of_contact(also=f"contact_id = ANY ({SENT}) OR agency_id = {AGENCY}"),
            check=f"{LEADS} AND {of_round('told')} AND {child_of('contact_contact', 'contact_id', 'quality_told')}",
        ),
        frozen("quality_told"),
        at_night("quality_told", also=f"contact_id = ANY ({SENT}) OR agency_id = {AGENCY}"),
        *(
            protect(f"quality_{table}", using=SEES, check=f"{LEADS} AND by_id = {ME}")
            for table in ("earlier", "marked")
        ),
        *(frozen(f"quality_{table}") for table in ("earlier", "marked")),
        *(
            RunSQL(
                f"CREATE POLICY quality_{one}_goes ON quality_{one} TO mash_owner "
                "USING ((SELECT identity.my_service()) = 'disposal');",
                f"DROP POLICY quality_{one}_goes ON quality_{one};",
            )
            for one in GOES
        ),
        migrations.RunPython(list_service, migrations.RunPython.noop),
    ]
