"""The walls of registers that are compared: the run reads the hubs that let it, and nobody who must not be met."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    DUTIES,
    ME,
    child_of,
    deletable,
    frozen,
    goes_with_an_exercise,
    goes_with_its_record,
    of_person,
    protect,
)

HERE = Path(__file__).parent.parent
SERVICE = ("region", "compares the registers of hubs that let each other, and tells each whom to ask about")
THE_RUN = "(SELECT identity.my_service()) = 'region'"
JUDGES = f"{DUTIES} && ARRAY['screen','assess','decide','manage']"
READ_BY_THE_FUNCTION = ("contact_contactperson", "contact_settlement", "people_person", "people_token")
BEFORE = (Path(__file__).parents[2] / "partnership" / "identity_4.sql").read_text()


def before(name: str) -> str:
    """Return a function of the identity as it was."""
    start = BEFORE.index(f"CREATE FUNCTION identity.{name}(")
    return BEFORE[start : BEFORE.index("$$;", start) + 3].replace("CREATE", "CREATE OR REPLACE", 1)


def granted(table: str) -> str:
    """Return "both hubs let each other be compared, now"."""
    return (
        f"({table}.hub_id, {table}.elsewhere_id) IN (SELECT r.hub, r.elsewhere FROM identity.my_region() r)"
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("region", "0001_compared_between_hubs"),
        ("boroughs", "0005_no_hub_of_an_exercise"),
        ("exercise", "0002_walls"),
        ("retention", "0007_notifications_go"),  # whose service disposes
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect(
            "region_grant",
            using=AT_MY_DESK,
            check=f"{AT_MY_DESK} AND {DUTIES} && ARRAY['manage'] AND by_id = {ME}",
            identity_reads=True,
        ),
        frozen("region_grant"),
        RunSQL(
            (HERE / "region.sql").read_text(),
            f"""
            {before("work_out_hubs")}
            {before("work_out_barred_people")}
            DROP FUNCTION identity.region_hidden();
            DROP FUNCTION identity.my_region();
            DROP FUNCTION identity.region_running();
            """,
        ),
        *(
            RunSQL(
                f"CREATE POLICY {table}_region ON {table} FOR SELECT TO mash_owner USING ({THE_RUN});",
                f"DROP POLICY {table}_region ON {table};",
            )
            for table in READ_BY_THE_FUNCTION
        ),
        protect(
            "region_met",
            using=f"({of_person()} AND {JUDGES} AND {granted('region_met')}) OR {THE_RUN}",
            check=f"{THE_RUN} AND {of_person()} AND {granted('region_met')} AND "
            f"{child_of('people_person', 'person_id', 'region_met')}",
        ),
        frozen("region_met"),
        deletable("region_met"),
        goes_with_its_record("region_met"),
        goes_with_an_exercise("region_met"),
        protect(
            "region_word",
            using=of_person(),
            check=f"{of_person()} AND {JUDGES} AND by_id = {ME} AND "
            f"{child_of('people_person', 'person_id', 'region_word')}",
        ),
        frozen("region_word"),
        goes_with_its_record("region_word"),
        goes_with_an_exercise("region_word"),
        protect("region_lookedover", using=AT_MY_DESK, check=f"{THE_RUN} AND {AT_MY_DESK}"),
        frozen("region_lookedover"),
        goes_with_an_exercise("region_lookedover"),
    ]
