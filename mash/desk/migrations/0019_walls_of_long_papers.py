"""The walls of long papers: each is of who asked for it alone, while they may read its case."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, deletable, frozen, goes_with_an_exercise, protect

ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
A_KEEPER = "(SELECT identity.my_service()) = 'seal_keys'"
WHY = (
    "EXISTS (SELECT FROM contact_printing p WHERE p.id = desk_longpaper.printing_id "
    f"AND p.hub_id = desk_longpaper.hub_id AND p.by_id = {ME})"
)
MINE = (
    "EXISTS (SELECT FROM desk_longpaper l WHERE l.id = desk_longpaperfile.paper_id "
    f"AND l.hub_id = desk_longpaperfile.hub_id AND l.by_id = {ME})"
)
WRAPPED = f"""
    GRANT UPDATE (nonce, body) ON desk_longpaperfile TO mash_app;
    CREATE POLICY desk_longpaperfile_keeper ON desk_longpaperfile FOR SELECT TO mash_app USING ({A_KEEPER});
    CREATE POLICY desk_longpaperfile_wrapped ON desk_longpaperfile FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
    CREATE POLICY desk_longpaperfile_by_keeper ON desk_longpaperfile AS RESTRICTIVE FOR UPDATE TO mash_app
      USING ({A_KEEPER}) WITH CHECK ({A_KEEPER});
"""
NOT_WRAPPED = """
    DROP POLICY desk_longpaperfile_by_keeper ON desk_longpaperfile;
    DROP POLICY desk_longpaperfile_wrapped ON desk_longpaperfile;
    DROP POLICY desk_longpaperfile_keeper ON desk_longpaperfile;
    REVOKE UPDATE (nonce, body) ON desk_longpaperfile FROM mash_app;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0018_long_papers"), ("sealed", "0008_wrapping_anew")]

    operations = [
        protect(
            "desk_longpaper",
            using=f"{AT_MY_DESK} AND ({A_SERVICE} OR (by_id = {ME} AND {WHY}))",
            check=f"{AT_MY_DESK} AND by_id = {ME} AND {WHY}",
        ),
        protect(
            "desk_longpaperfile",
            using=f"{AT_MY_DESK} AND ({A_SERVICE} OR {MINE})",
            check=f"{AT_MY_DESK} AND {MINE}",
        ),
        frozen("desk_longpaper"),
        frozen("desk_longpaperfile"),
        RunSQL(WRAPPED, NOT_WRAPPED),
        deletable("desk_longpaperfile"),
        goes_with_an_exercise("desk_longpaper"),
        goes_with_an_exercise("desk_longpaperfile"),
    ]
