"""The walls between hubs: marks that nobody reads, questions, what is granted by name, and families on their way."""

from pathlib import Path

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import (
    AT_MY_DESK,
    BARRED_PEOPLE,
    DESKS,
    DUTIES,
    at_desk,
    at_night,
    child_of,
    deletable,
    frozen,
    of_person,
    protect,
    receipt,
)

FUNCTION = (Path(__file__).parent.parent / "known_elsewhere.sql").read_text()
SERVICE = (
    "boroughs",
    "writes into each hub's own record what another hub asked of it, and what became of a family",
)
ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
ASKS = f"{DUTIES} && ARRAY['screen','assess','decide']"
ANSWERS = f"{DUTIES} && ARRAY['assess','decide','manage']"
ACROSS = f"current_setting('mash.across', true) = 'on' AND {ASKS}"  # within known_elsewhere alone
READ_BY_THE_FUNCTION = ("contact_contactperson", "contact_settlement", "people_person", "people_token")


def in_question(table: str) -> str:
    """Return "its question is one that I see"."""
    return f"EXISTS (SELECT FROM boroughs_question q WHERE q.id = {table}.question_id)"


def in_transfer(rule: str) -> str:
    """Return "its transfer is one that I see, and this holds of it"."""
    return (
        f"EXISTS (SELECT FROM boroughs_transfer p WHERE p.id = boroughs_transferword.transfer_id AND {rule})"
    )


def list_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", SERVICE)


def strike_service(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", SERVICE[:1])


class Migration(migrations.Migration):
    dependencies = [
        ("boroughs", "0001_across_hubs"),
        ("contact", "0012_looked"),
        ("people", "0006_how_many_are_on_record"),
        ("sealed", "0009_streets_and_first_letters"),
        ("partnership", "0023_closures_go_by_set_up"),
    ]

    operations = [
        migrations.RunPython(list_service, strike_service),
        protect(
            "boroughs_marks",
            using=of_person(),
            check=f"{of_person()} AND {child_of('people_person', 'person_id', 'boroughs_marks')}",
            identity_reads=True,
        ),
        RunSQL(
            """
            REVOKE SELECT, UPDATE ON boroughs_marks FROM mash_app, mash_worker, mash_reader;
            GRANT SELECT (id, hub_id, person_id) ON boroughs_marks TO mash_app, mash_worker;
            """,
            """
            REVOKE SELECT (id, hub_id, person_id) ON boroughs_marks FROM mash_app, mash_worker;
            GRANT SELECT, UPDATE ON boroughs_marks TO mash_app, mash_worker;
            GRANT SELECT ON boroughs_marks TO mash_reader;
            """,
        ),
        deletable("boroughs_marks"),
        protect(
            "boroughs_choice",
            using=AT_MY_DESK,
            check=f"{AT_MY_DESK} AND {DUTIES} && ARRAY['manage'] AND by_id = {ME}",
            identity_reads=True,
        ),
        frozen("boroughs_choice"),
        protect(
            "boroughs_question",
            using=f"{at_desk()} AND person_id <> ALL ({BARRED_PEOPLE})",
            check=f"{at_desk()} AND {ASKS} AND by_id = {ME} AND answered_at IS NULL AND "
            f"{child_of('contact_contact', 'contact_id', 'boroughs_question')} AND "
            f"{child_of('people_person', 'person_id', 'boroughs_question')}",
            identity_reads=True,
        ),
        frozen("boroughs_question"),
        at_night("boroughs_question"),
        protect(
            "boroughs_known",
            using=f"{AT_MY_DESK} AND {in_question('boroughs_known')}",
            check="false",  # written by the function alone, as the owner
            identity_reads=True,
        ),
        frozen("boroughs_known"),
        protect(
            "boroughs_asked",
            using=f"person_id IS NOT NULL AND {of_person()} AND "
            f"({A_SERVICE} OR (told AND {ANSWERS}) OR {DUTIES} && ARRAY['clear'])",
            check="false",
            identity_reads=True,
        ),
        frozen("boroughs_asked"),
        protect(
            "boroughs_reply",
            using=f"({AT_MY_DESK} AND {child_of('boroughs_asked', 'asked_id', 'boroughs_reply')}) OR "
            f"(asking_hub_id = ANY ({DESKS}) AND {in_question('boroughs_reply')})",
            check=f"{AT_MY_DESK} AND {ANSWERS} AND by_id = {ME} AND EXISTS (SELECT FROM boroughs_asked a "
            "WHERE a.id = boroughs_reply.asked_id AND a.hub_id = boroughs_reply.hub_id AND a.told "
            "AND a.from_hub_id = boroughs_reply.asking_hub_id AND a.from_post = boroughs_reply.to_post "
            "AND a.question_id = boroughs_reply.question_id)",
        ),
        frozen("boroughs_reply"),
        protect(
            "boroughs_ended",
            using="EXISTS (SELECT FROM boroughs_reply r WHERE r.id = boroughs_ended.reply_id "
            "AND r.hub_id = boroughs_ended.hub_id)",
            check=f"{AT_MY_DESK} AND {ANSWERS} AND by_id = {ME} AND "
            f"{child_of('boroughs_reply', 'reply_id', 'boroughs_ended')}",
        ),
        frozen("boroughs_ended"),
        protect(
            "boroughs_summary",
            using=f"({AT_MY_DESK} AND {child_of('boroughs_reply', 'reply_id', 'boroughs_summary')}) OR "
            f"(to_post = {ME} AND until_at > now() "
            "AND EXISTS (SELECT FROM boroughs_reply r WHERE r.id = boroughs_summary.reply_id) "
            "AND NOT EXISTS (SELECT FROM boroughs_ended e WHERE e.reply_id = boroughs_summary.reply_id))",
            check=f"{AT_MY_DESK} AND {ANSWERS} AND EXISTS (SELECT FROM boroughs_reply r "
            "WHERE r.id = boroughs_summary.reply_id AND r.hub_id = boroughs_summary.hub_id AND r.kind = 'granted' "
            f"AND r.to_post = boroughs_summary.to_post AND r.until_at = boroughs_summary.until_at AND r.by_id = {ME})",
        ),
        frozen("boroughs_summary"),
        protect(
            "boroughs_summaryseen",
            using=f"{AT_MY_DESK} AND {child_of('boroughs_reply', 'reply_id', 'boroughs_summaryseen')}",
            check=f"post = {ME} AND EXISTS (SELECT FROM boroughs_summary s "
            "WHERE s.reply_id = boroughs_summaryseen.reply_id AND s.hub_id = boroughs_summaryseen.hub_id "
            f"AND s.to_post = {ME})",
        ),
        receipt("boroughs_summaryseen"),
        protect(
            "boroughs_transfer",
            using=f"({at_desk()}) OR (to_id = ANY ({DESKS}) AND {ANSWERS})",
            check=f"{at_desk()} AND {ANSWERS} AND by_id = {ME} AND "
            f"{child_of('contact_contact', 'contact_id', 'boroughs_transfer')} AND "
            f"{child_of('decision_outcome', 'outcome_id', 'boroughs_transfer')}",
        ),
        frozen("boroughs_transfer"),
        at_night("boroughs_transfer"),
        protect(
            "boroughs_transferword",
            using=in_transfer("true"),
            check=f"{AT_MY_DESK} AND {ANSWERS} AND by_post = {ME} AND "
            + in_transfer(
                "boroughs_transferword.hub_id = CASE boroughs_transferword.kind WHEN 'withdrawn' THEN p.hub_id "
                "ELSE p.to_id END"
            ),
        ),
        frozen("boroughs_transferword"),
        *(
            RunSQL(
                f"CREATE POLICY {table}_across ON {table} FOR SELECT TO mash_owner USING ({ACROSS});",
                f"DROP POLICY {table}_across ON {table};",
            )
            for table in READ_BY_THE_FUNCTION
        ),
        RunSQL(FUNCTION, "DROP FUNCTION identity.known_elsewhere(uuid);"),
    ]
