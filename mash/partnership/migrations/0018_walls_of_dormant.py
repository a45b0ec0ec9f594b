"""A post that nobody uses opens nothing, for the database too; who stops one, and who starts it again."""

import re
from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import DUTIES, IN_MY_HUBS, frozen, protect

BEFORE = (Path(__file__).parent.parent / "identity_4.sql").read_text()
FOUND = re.search(r"CREATE FUNCTION identity\.work_out_post\(\).*?\$\$;", BEFORE, re.DOTALL)
AS_IT_WAS = FOUND[0].replace("CREATE", "CREATE OR REPLACE", 1) if FOUND else ""
AWAKE = """
    AND NOT EXISTS (
      SELECT FROM public.partnership_dormant d WHERE d.staff_id = s.id
        AND NOT EXISTS (SELECT FROM public.partnership_woken w WHERE w.dormant_id = d.id))
$$;"""
OPENS_NOTHING = AS_IT_WAS.replace(
    "while the post and its account last", "while the post and its account last, unless dormant"
)
OPENS_NOTHING = re.sub(r"\n\$\$;$", AWAKE, OPENS_NOTHING)

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
MY_ACCOUNT = "(SELECT identity.my_account())"
SETS_UP = f"{DUTIES} && ARRAY['administer','manage']"
WHOSE = "(SELECT mine.account_id FROM partnership_staff mine WHERE mine.id = (SELECT identity.my_post()))"
OWN = (
    "EXISTS (SELECT FROM partnership_staff s WHERE s.id = {table}.staff_id AND s.account_id = "
    + MY_ACCOUNT
    + ")"
)
OF_IT = """
    EXISTS (SELECT FROM partnership_dormant d JOIN partnership_staff s ON s.id = d.staff_id
            WHERE d.id = partnership_woken.dormant_id AND d.hub_id = partnership_woken.hub_id AND {which})
"""
MINE_TO_END = OF_IT.format(which=f"d.owner_ends AND s.account_id = {MY_ACCOUNT}")
ANOTHERS = OF_IT.format(which="s.account_id <> partnership_woken.account_id")
USED_UNTIL_NOW = """
    INSERT INTO partnership_posttaken (id, staff_id, at)
    SELECT gen_random_uuid(), id, now() FROM partnership_staff WHERE until_at IS NULL OR until_at > now();
    SET CONSTRAINTS ALL IMMEDIATE;  -- a table with a check still to be made cannot be altered
"""


class Migration(migrations.Migration):
    dependencies = [("partnership", "0017_dormant")]

    operations = [
        RunSQL(
            USED_UNTIL_NOW, RunSQL.noop
        ),  # before its wall: nobody knows how long those here were not used
        protect(
            "partnership_posttaken",
            using=f"{A_SERVICE} OR {OWN.format(table='partnership_posttaken')}",
            check=OWN.format(table="partnership_posttaken"),
        ),
        protect(
            "partnership_dormant",
            using=f"({IN_MY_HUBS} AND ({A_SERVICE} OR {SETS_UP})) OR {OWN.format(table='partnership_dormant')}",
            check=f"{IN_MY_HUBS} AND {A_SERVICE}",
            identity_reads=True,
        ),
        protect(
            "partnership_woken",
            using=OF_IT.format(which="true"),
            check=f"""
                (account_id = {MY_ACCOUNT} AND {MINE_TO_END})
                OR ({IN_MY_HUBS} AND {SETS_UP} AND account_id = {WHOSE} AND {ANOTHERS})
            """,
            identity_reads=True,
        ),
        *[frozen(f"partnership_{table}") for table in ("posttaken", "dormant", "woken")],
        RunSQL(OPENS_NOTHING, AS_IT_WAS),
        *[
            RunSQL(
                f"CREATE TRIGGER learn_again AFTER INSERT ON public.partnership_{table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION identity.learn_again();",
                f"DROP TRIGGER learn_again ON public.partnership_{table};",
            )
            for table in ("dormant", "woken")
        ],
    ]
