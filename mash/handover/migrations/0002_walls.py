"""The walls of hand-overs: a service sees what is addressed to it and nothing else of the case; a program writes the rest."""

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
    protect,
    receipt,
)

SERVICE = ("hand_overs", "writes down what services said, and puts steps between tiers where they lead")
ME, A_SERVICE = "(SELECT identity.my_post())", "(SELECT identity.my_service()) IS NOT NULL"
THE_SERVICE = "(SELECT identity.my_service()) = 'hand_overs'"
ANSWERS = f"{DUTIES} && ARRAY['answer']"
HANDS_OVER = f"{DUTIES} && ARRAY['screen','assess','decide','manage']"
REOPENS = f"{DUTIES} && ARRAY['assess','decide','manage']"
NOT_BARRED = f"contact_id <> ALL ({BARS})"
TABLES = (
    "pack", "word", "carried", "remark", "packseen", "packchase", "export", "casenumber", "systemkey", "step", "stepword",
    "stepwent", "stepsettled",
)  # fmt: skip


def of_pack(table: str, *, mine: str) -> str:
    """Return "its pack is one that I see, and `mine` holds of it"."""
    return (
        f"EXISTS (SELECT FROM handover_pack parent WHERE parent.id = handover_{table}.pack_id "
        f"AND parent.hub_id = handover_{table}.hub_id AND {mine})"
    )


AT_THE_SERVICE = f"(parent.agency_id = {AGENCY} AND {ANSWERS})"


def hanging(table: str, check: str) -> RunSQL:
    """Wall a table that hangs from a pack: seen with it."""
    return protect(
        f"handover_{table}",
        using=f"{IN_MY_HUBS} AND {child_of('handover_pack', 'pack_id', f'handover_{table}')}",
        check=f"{IN_MY_HUBS} AND ({check})",
    )


def hanging_from_step(table: str, check: str) -> RunSQL:
    """Wall a table that hangs from a step: seen with it."""
    return protect(
        f"handover_{table}",
        using=f"{IN_MY_HUBS} AND {child_of('handover_step', 'step_id', f'handover_{table}')}",
        check=f"{AT_MY_DESK} AND {child_of('handover_step', 'step_id', f'handover_{table}')} AND ({check})",
    )


def also_by_the_service(table: str, duties: str, rest: str) -> RunSQL:
    """Let the program write a row of decisions that a worker with these duties writes else."""
    return RunSQL(
        f"ALTER POLICY {table}_wall ON {table} WITH CHECK ({AT_MY_DESK} AND ({duties} OR {THE_SERVICE}) AND {rest});",
        f"ALTER POLICY {table}_wall ON {table} WITH CHECK ({AT_MY_DESK} AND ({duties}) AND {rest});",
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("handover", "0001_hand_overs"),
        ("decision", "0011_passed_back"),
        ("partnership", "0023_closures_go_by_set_up"),
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect(
            "handover_pack",
            using=f"{IN_MY_HUBS} AND {NOT_BARRED} AND ({AT_MY_DESK} OR (agency_id = {AGENCY} AND {ANSWERS}))",
            check=f"{AT_MY_DESK} AND {NOT_BARRED} AND ({THE_SERVICE} OR ({HANDS_OVER} AND by_id = {ME} AND "
            f"{child_of('decision_outcome', 'outcome_id', 'handover_pack')})) AND "
            f"{child_of('contact_contact', 'contact_id', 'handover_pack')}",
        ),
        frozen("handover_pack"),
        at_night("handover_pack"),
        hanging(
            "word",
            f"{of_pack('word', mine=AT_THE_SERVICE)} AND NOT by_hub AND by_id = {ME} OR "
            f"{AT_MY_DESK} AND by_hub AND {child_of('handover_pack', 'pack_id', 'handover_word')}",
        ),
        frozen("handover_word"),
        hanging("carried", f"{THE_SERVICE} AND {child_of('handover_pack', 'pack_id', 'handover_carried')}"),
        frozen("handover_carried"),
        hanging(
            "remark",
            f"by_id = {ME} AND ({of_pack('remark', mine=AT_THE_SERVICE)} AND NOT from_hub OR {AT_MY_DESK} AND "
            f"{HANDS_OVER} AND from_hub AND {child_of('handover_pack', 'pack_id', 'handover_remark')})",
        ),
        frozen("handover_remark"),
        hanging("packseen", f"staff_id = {ME} AND {of_pack('packseen', mine=AT_THE_SERVICE)}"),
        receipt("handover_packseen"),
        hanging("packchase", f"{A_SERVICE} AND {child_of('handover_pack', 'pack_id', 'handover_packchase')}"),
        frozen("handover_packchase"),
        hanging("export", f"by_id = {ME} AND {of_pack('export', mine=AT_THE_SERVICE)}"),
        frozen("handover_export"),
        hanging(
            "casenumber",
            f"by_id = {ME} AND ({of_pack('casenumber', mine=f'parent.agency_id = handover_casenumber.agency_id AND {AT_THE_SERVICE}')} "
            f"OR {AT_MY_DESK} AND {HANDS_OVER} AND "
            f"{of_pack('casenumber', mine='parent.agency_id = handover_casenumber.agency_id')})",
        ),
        frozen("handover_casenumber"),
        protect(
            "handover_systemkey",
            using=f"{IN_MY_HUBS} AND agency_id = {AGENCY} AND {ANSWERS}",
            check=f"{IN_MY_HUBS} AND agency_id = {AGENCY} AND {ANSWERS} AND (ended_at IS NULL AND by_id = {ME} AND "
            f"post_id = {ME} OR ended_by_id = {ME})",
        ),
        RunSQL(
            """
            REVOKE UPDATE ON handover_systemkey FROM mash_app, mash_worker;
            GRANT UPDATE (ended_at, ended_by_id) ON handover_systemkey TO mash_app, mash_worker;
            """,
            """
            REVOKE UPDATE (ended_at, ended_by_id) ON handover_systemkey FROM mash_app, mash_worker;
            GRANT UPDATE ON handover_systemkey TO mash_app, mash_worker;
            """,
        ),
        protect(
            "handover_step",
            using=f"{IN_MY_HUBS} AND {NOT_BARRED} AND ({AT_MY_DESK} OR (from_agency_id = {AGENCY} AND {ANSWERS}))",
            check=f"{IN_MY_HUBS} AND {NOT_BARRED} AND ({THE_SERVICE} OR by_id = {ME} AND ("
            f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'handover_step')} AND "
            f"{child_of('people_person', 'person_id', 'handover_step')} OR from_agency_id = {AGENCY} AND {ANSWERS} AND "
            "EXISTS (SELECT FROM handover_pack parent WHERE parent.id = handover_step.origin_id "
            "AND parent.hub_id = handover_step.hub_id AND parent.contact_id = handover_step.contact_id "
            f"AND parent.person_id = handover_step.person_id AND parent.agency_id = {AGENCY})))",
        ),
        frozen("handover_step"),
        at_night("handover_step"),
        hanging_from_step("stepword", f"by_id = {ME} AND {DUTIES} && ARRAY['clear']"),
        frozen("handover_stepword"),
        hanging_from_step("stepwent", THE_SERVICE),
        frozen("handover_stepwent"),
        hanging_from_step("stepsettled", "true"),
        frozen("handover_stepsettled"),
        also_by_the_service(
            "decision_accepted",
            HANDS_OVER,
            f"{child_of('decision_outcome', 'outcome_id', 'decision_accepted')} AND "
            f"{child_of('people_involvement', 'involvement_id', 'decision_accepted')} AND "
            f"{child_of('contact_contact', 'contact_id', 'decision_accepted')}",
        ),
        also_by_the_service(
            "decision_passedback",
            HANDS_OVER,
            f"{child_of('decision_outcome', 'outcome_id', 'decision_passedback')} AND "
            f"{child_of('contact_contact', 'contact_id', 'decision_passedback')}",
        ),
        also_by_the_service(
            "decision_reopening",
            f"{REOPENS} OR (kind = 'back' AND {HANDS_OVER})",
            child_of("decision_decision", "decision_id", "decision_reopening"),
        ),
        *(
            RunSQL(
                f"CREATE POLICY handover_{one}_goes ON handover_{one} TO mash_owner "
                "USING ((SELECT identity.my_service()) = 'disposal');",
                f"DROP POLICY handover_{one}_goes ON handover_{one};",
            )
            for one in TABLES
        ),
    ]
