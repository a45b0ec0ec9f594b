"""The walls of this app's tables: everybody in a hub reads its directory, and who may write is another matter.

What the public sees is chosen by the pages, which act as the service `front_door`; a named contact is published or not.
An entry changes by a listed service, or by a manager whose hand holds another person's approved words, letter for letter.
"""

from django.db import migrations

from mash.common.rls import AGENCY, DUTIES, IN_MY_HUBS, child_of, deletable, frozen, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
ME = "(SELECT identity.my_post())"
MANAGES = f"{DUTIES} && ARRAY['manage','administer']"
KEEPS = f"({A_SERVICE} OR {MANAGES})"
APPROVED = """EXISTS (
    SELECT FROM directory_proposal p WHERE p.id = directory_service.change_id AND p.hub_id = directory_service.hub_id
    AND p.approved AND p.entry = directory_service.entry AND p.by_id <> p.answered_by_id)"""
OF_MY_AGENCY = f"organisation_id IN (SELECT id FROM directory_organisation WHERE agency_id = {AGENCY})"
ANSWERED = "service_id, answered_by_id, answered_at, approved, why"
ENDED = "until_on, ended_by_id"
SERVICES = {
    "directory_import": "directories of other systems are taken in, entry by entry",
    "directory_keeper": "entries that nobody confirmed for so long are found, and whoever keeps them is asked",
}


def only(table, columns):
    """Let nothing of a row be changed but these columns."""
    return migrations.RunSQL(
        f"REVOKE UPDATE ON {table} FROM mash_app, mash_worker; GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;",
        f"REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker; GRANT UPDATE ON {table} TO mash_app, mash_worker;",
    )


def kept_under(table, *, also=""):
    """Return the rule for writing what belongs to a service."""
    return f"{IN_MY_HUBS} AND {also or KEEPS} AND {child_of('directory_service', 'service_id', table)}"


def list_services(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name, reason in SERVICES.items():
            cursor.execute(
                "INSERT INTO partnership_service (name, reason) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [name, reason],
            )


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("partnership", "0021_vouched_for")]

    operations = [
        *(
            protect(f"directory_{one}", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {KEEPS}")
            for one in ("organisation", "location", "taxonomy", "term", "token")
        ),
        deletable("directory_token"),
        protect(
            "directory_proposal",
            using=f"{IN_MY_HUBS} AND ({KEEPS} OR {OF_MY_AGENCY})",
            check=f"""{IN_MY_HUBS} AND ({KEEPS} OR {OF_MY_AGENCY}) AND (
                {A_SERVICE} OR (answered_by_id IS NULL AND by_id = {ME}) OR (answered_by_id = {ME} AND {MANAGES}))""",
        ),
        only("directory_proposal", ANSWERED),
        protect(
            "directory_service",
            using=IN_MY_HUBS,
            check=f"""{IN_MY_HUBS} AND {child_of("directory_organisation", "organisation_id", "directory_service")}
                AND ({A_SERVICE} OR ({MANAGES} AND {APPROVED}))""",
        ),
        protect("directory_site", using=IN_MY_HUBS, check=kept_under("directory_site")),
        deletable("directory_site"),
        protect("directory_past", using=IN_MY_HUBS, check=kept_under("directory_past")),
        frozen("directory_past"),
        protect(
            "directory_confirmed",
            using=IN_MY_HUBS,
            check=f"""{kept_under("directory_confirmed", also=f"({A_SERVICE} OR by_id = {ME})")} AND ({KEEPS} OR service_id IN (
                SELECT s.id FROM directory_service s JOIN directory_organisation o ON o.id = s.organisation_id
                WHERE o.agency_id = {AGENCY}))""",
        ),
        frozen("directory_confirmed"),
        protect(
            "directory_chase",
            using=f"{IN_MY_HUBS} AND {KEEPS}",
            check=f"{IN_MY_HUBS} AND {A_SERVICE} AND {child_of('directory_organisation', 'organisation_id', 'directory_chase')}",
        ),
        frozen("directory_chase"),
        protect(
            "directory_namedcontact",
            using=IN_MY_HUBS,
            check=f"{IN_MY_HUBS} AND ({KEEPS} OR keeps_id = {AGENCY})",
        ),
        only("directory_namedcontact", ENDED),
        migrations.RunPython(list_services, migrations.RunPython.noop),
    ]
