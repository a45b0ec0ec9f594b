"""The walls of what harm comes back to: for whoever analyses or manages at the desk, and only as far as they see the contact.

What is counted, a program writes alone.  What is watched is seen by whoever is told of it as well.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    BARRED_PEOPLE,
    BARS,
    DOORS,
    DUTIES,
    NIGHTS,
    at_night,
    child_of,
    deletable,
    frozen,
    goes_with_an_exercise,
    in_own_name,
    protect,
)

SERVICE = ("harm", "counts what harm comes back to, and tells of contacts that touch what is watched")
ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
COUNTS = "(SELECT identity.my_service()) = 'harm'"
ANALYSES = f"{AT_MY_DESK} AND NOT {NIGHTS} AND ({DUTIES} && ARRAY['manage','analyse'] OR {A_SERVICE})"
SEES_PERSON = f"(person_id IS NULL OR person_id <> ALL ({BARRED_PEOPLE}))"
SEES_GROUP = f"(group_id IS NULL OR {child_of('harm_group', 'group_id', '{table}')})"
WATCHES = f"{AT_MY_DESK} AND NOT {NIGHTS} AND ({DUTIES} && ARRAY['manage','analyse'] OR {A_SERVICE} OR {ME} = ANY (told))"
BELOW = (
    "report",
    "touch",
    "together",
    "member",
    "watch",
    "watchreview",
    "watchhit",
    "reduction",
    "reductionnote",
)
ALL = (*BELOW, "counting", "group", "areamap", "area", "postcodes", "postcodearea")


def changes(table: str, columns: str) -> RunSQL:
    """Let these columns alone be changed."""
    doors = "mash_app, mash_worker"
    return RunSQL(
        f"REVOKE UPDATE ON {table} FROM {doors}; GRANT UPDATE ({columns}) ON {table} TO {doors};",
        f"REVOKE UPDATE ({columns}) ON {table} FROM {doors}; GRANT UPDATE ON {table} TO {doors};",
    )


def counted(table: str, seen: str) -> list[RunSQL]:
    """Wall a table that a program counts into, anew at any time."""
    name = f"harm_{table}"
    return [
        protect(name, using=f"{ANALYSES} AND {seen}", check=f"{AT_MY_DESK} AND {COUNTS}"),
        frozen(name),
        deletable(name),
        at_night(name),
        RunSQL(
            f"CREATE POLICY {name}_program_delete ON {name} AS RESTRICTIVE FOR DELETE TO {DOORS} USING ({COUNTS});",
            f"DROP POLICY {name}_program_delete ON {name};",
        ),
    ]


def about(table: str, using: str) -> RunSQL:
    """Wall a table of rows about one person, place or group."""
    name = f"harm_{table}"
    seen = f"{SEES_PERSON} AND {SEES_GROUP.format(table=name)}"
    return protect(
        name,
        using=f"{using} AND {seen}",
        check=f"{ANALYSES} AND {seen} AND "
        f"(person_id IS NULL OR {child_of('people_person', 'person_id', name)})",
    )


def taken_in(table: str, check: str = "") -> list[RunSQL]:
    """Wall a table of a hub's areas: whole, and never changed."""
    name = f"harm_{table}"
    more = f" AND {check}" if check else ""
    return [protect(name, using=ANALYSES, check=f"{ANALYSES}{more}"), frozen(name)]


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [("harm", "0001_harm"), ("partnership", "0026_hub_of_an_exercise")]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect("harm_counting", using=ANALYSES, check=f"{AT_MY_DESK} AND {COUNTS}"),
        frozen("harm_counting"),
        *counted("report", f"contact_id <> ALL ({BARS})"),
        *counted("touch", f"contact_id <> ALL ({BARS}) AND {SEES_PERSON}"),
        *counted(
            "together",
            f"contact_id <> ALL ({BARS}) AND other_id <> ALL ({BARS}) AND "
            f"first_id <> ALL ({BARRED_PEOPLE}) AND second_id <> ALL ({BARRED_PEOPLE})",
        ),
        protect("harm_group", using=ANALYSES),
        changes("harm_group", "ended_at, ended_by_id, ended_why"),
        protect(
            "harm_member",
            using=f"{ANALYSES} AND person_id <> ALL ({BARRED_PEOPLE}) AND {child_of('harm_group', 'group_id', 'harm_member')}",
            check=f"{ANALYSES} AND person_id <> ALL ({BARRED_PEOPLE}) AND "
            f"{child_of('harm_group', 'group_id', 'harm_member')} AND "
            f"{child_of('people_person', 'person_id', 'harm_member')}",
        ),
        changes("harm_member", "ended_at, ended_by_id, ended_why"),
        about("watch", WATCHES),
        changes("harm_watch", "review_on, ended_at, ended_by_id, ended_why"),
        protect(
            "harm_watchreview",
            using=f"{AT_MY_DESK} AND {child_of('harm_watch', 'watch_id', 'harm_watchreview')}",
            check=f"{ANALYSES} AND by_id = {ME} AND {child_of('harm_watch', 'watch_id', 'harm_watchreview')}",
        ),
        frozen("harm_watchreview"),
        protect(
            "harm_watchhit",
            using=f"{AT_MY_DESK} AND contact_id <> ALL ({BARS}) AND "
            f"{child_of('harm_watch', 'watch_id', 'harm_watchhit')}",
            check=f"{AT_MY_DESK} AND {COUNTS} AND {child_of('harm_watch', 'watch_id', 'harm_watchhit')} AND "
            f"{child_of('contact_contact', 'contact_id', 'harm_watchhit')}",
        ),
        frozen("harm_watchhit"),
        at_night("harm_watchhit"),
        about("reduction", ANALYSES),
        changes("harm_reduction", "ended_at, ended_by_id, ending, ended_words"),
        protect(
            "harm_reductionnote",
            using=f"{ANALYSES} AND {child_of('harm_reduction', 'reduction_id', 'harm_reductionnote')}",
            check=f"{ANALYSES} AND by_id = {ME} AND "
            f"{child_of('harm_reduction', 'reduction_id', 'harm_reductionnote')}",
        ),
        frozen("harm_reductionnote"),
        *taken_in("areamap"),
        *taken_in("area", child_of("harm_areamap", "map_id", "harm_area")),
        *taken_in("postcodes"),
        *taken_in("postcodearea", child_of("harm_postcodes", "postcodes_id", "harm_postcodearea")),
        *[
            in_own_name(f"harm_{one}")
            for one in ("group", "member", "watch", "reduction", "areamap", "postcodes")
        ],
        *[
            RunSQL(
                f"CREATE POLICY harm_{one}_goes ON harm_{one} TO mash_owner "
                "USING ((SELECT identity.my_service()) = 'disposal');",
                f"DROP POLICY harm_{one}_goes ON harm_{one};",
            )
            for one in BELOW
        ],
        *[goes_with_an_exercise(f"harm_{one}") for one in ALL],
    ]
