"""The walls of lists that are taken out, and of what is watched; a shared view may be for one duty."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    DOORS,
    DUTIES,
    deletable,
    frozen,
    goes_with_an_exercise,
    not_at_night,
    protect,
)

ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SECOND = f"{DUTIES} && ARRAY['approve','manage']"
TAKES_OUT = f"{DUTIES} && ARRAY['decide','approve','manage']"
SEEN = f"{AT_MY_DESK} AND ({A_SERVICE} OR {SECOND} OR (by_id = {ME} AND {TAKES_OUT}))"
TABLES = ("export", "exportword", "exportmade", "exportfile", "watching")
VIEW_SEEN = f"{AT_MY_DESK} AND (shared OR staff_id = {ME})"
VIEW_SEEN_BY_DUTY = f"{AT_MY_DESK} AND (staff_id = {ME} OR (shared AND (duty = '' OR {A_SERVICE} OR {DUTIES} && ARRAY[duty::text])))"


A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"
WRAPPED = f"""
    GRANT UPDATE (nonce, body) ON desk_exportfile TO mash_app;
    CREATE POLICY desk_exportfile_keeper ON desk_exportfile FOR SELECT TO mash_app USING ({A_KEEPER});
    CREATE POLICY desk_exportfile_wrapped ON desk_exportfile FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
    CREATE POLICY desk_exportfile_by_keeper ON desk_exportfile AS RESTRICTIVE FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
"""
NOT_WRAPPED = """
    DROP POLICY desk_exportfile_by_keeper ON desk_exportfile;
    DROP POLICY desk_exportfile_wrapped ON desk_exportfile;
    DROP POLICY desk_exportfile_keeper ON desk_exportfile;
    REVOKE UPDATE (nonce, body) ON desk_exportfile FROM mash_app;
"""


def of_export(table: str, also: str = "") -> str:
    """Return "its list is one that I see, of the same hub"."""
    return (
        f"EXISTS (SELECT FROM desk_export e WHERE e.id = desk_{table}.export_id "
        f"AND e.hub_id = desk_{table}.hub_id{also})"
    )


MINE = f" AND e.by_id = {ME}"


class Migration(migrations.Migration):
    dependencies = [("desk", "0015_exports"), ("sealed", "0008_wrapping_anew")]

    operations = [
        RunSQL(
            f"ALTER POLICY desk_savedview_wall ON desk_savedview USING ({VIEW_SEEN_BY_DUTY});",
            f"ALTER POLICY desk_savedview_wall ON desk_savedview USING ({VIEW_SEEN});",
        ),
        protect("desk_export", using=SEEN, check=f"{AT_MY_DESK} AND by_id = {ME} AND {TAKES_OUT}"),
        protect(
            "desk_exportword",
            using=f"{AT_MY_DESK} AND {of_export('exportword')}",
            check=f"{AT_MY_DESK} AND by_id = {ME} AND {SECOND} "
            f"AND {of_export('exportword', f' AND e.waits AND e.by_id <> {ME}')}",
        ),
        protect(
            "desk_exportmade",
            using=f"{AT_MY_DESK} AND {of_export('exportmade')}",
            check=f"{AT_MY_DESK} AND {of_export('exportmade', MINE)}",
        ),
        protect(
            "desk_exportfile",
            using=f"{AT_MY_DESK} AND ({A_SERVICE} OR {of_export('exportfile', MINE)})",
            check=f"{AT_MY_DESK} AND {of_export('exportfile', MINE)}",
        ),
        RunSQL(
            f"CREATE POLICY desk_exportfile_agreed ON desk_exportfile AS RESTRICTIVE FOR INSERT TO {DOORS} WITH CHECK ("
            "EXISTS (SELECT FROM desk_export e WHERE e.id = desk_exportfile.export_id AND NOT e.waits) OR "
            "EXISTS (SELECT FROM desk_exportword w WHERE w.export_id = desk_exportfile.export_id AND w.agreed));",
            "DROP POLICY desk_exportfile_agreed ON desk_exportfile;",
        ),
        protect(
            "desk_watching",
            using=f"{AT_MY_DESK} AND ({A_SERVICE} OR staff_id = {ME})",
            check=f"{AT_MY_DESK} AND ({A_SERVICE} OR staff_id = {ME}) AND EXISTS (SELECT FROM desk_savedview v "
            "WHERE v.id = desk_watching.view_id AND v.hub_id = desk_watching.hub_id)",
        ),
        not_at_night("desk_export"),
        *[frozen(f"desk_{name}") for name in ("export", "exportword", "exportmade", "exportfile")],
        RunSQL(WRAPPED, NOT_WRAPPED),
        deletable("desk_exportfile"),
        deletable("desk_watching"),
        *[goes_with_an_exercise(f"desk_{name}") for name in TABLES],
    ]
