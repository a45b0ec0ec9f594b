"""The walls of this app's tables, and the service that removes what has had its time."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AGENCY, AT_MY_DESK, BARRED_PEOPLE, BARS, DOORS, IN_MY_HUBS, deletable, protect

CLEARS_UP = "(SELECT identity.my_service()) = 'drafts'"
MINE = "staff_id = (SELECT identity.my_post())"
OF_MY_HUB = (
    f"{IN_MY_HUBS} AND about <> ALL ({BARS}) AND about <> ALL ({BARRED_PEOPLE})"
    f" AND CASE WHEN agency_id_opaque IS NULL THEN {AT_MY_DESK} ELSE agency_id_opaque = {AGENCY} END"
)


def list_service(apps, schema_editor):
    """List it as the owner, who holds this table's own policy."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnership_service (name, reason) VALUES (%s, %s)",
            ["drafts", "what was typed and not sent, removed after 28 days"],
        )


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = 'drafts'")


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial"), ("partnership", "0003_services_and_queue")]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect("drafts_draft", using=f"{MINE} OR {CLEARS_UP}", check=f"{MINE} AND {IN_MY_HUBS}"),
        protect("drafts_sent", using=f"actor = (SELECT identity.me()) OR {CLEARS_UP}"),
        protect("drafts_writing", using=f"{MINE} OR {CLEARS_UP}", check=f"{MINE} AND {IN_MY_HUBS}"),
        RunSQL(
            f"CREATE POLICY drafts_writing_seen ON drafts_writing FOR SELECT TO {DOORS}, mash_owner USING ({OF_MY_HUB});",
            "DROP POLICY drafts_writing_seen ON drafts_writing;",
        ),
        deletable("drafts_draft"),
        deletable("drafts_writing"),
        deletable("drafts_sent"),
    ]
