"""The walls of what goes alongside: open where its case is; what is sealed to whoever opened it and to the cleared alone.

A program that reminds sees all of it, and names nothing.
"""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import AT_MY_DESK, BARS, DUTIES, at_night, child_of, frozen, protect

ME = "(SELECT identity.my_post())"
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
REMINDS = "(SELECT identity.my_service()) = 'reminders'"
OPEN = f"(NOT sealed OR by_id = {ME} OR {DUTIES} && ARRAY['clear'] OR {REMINDS})"
TABLES = ("alongside", "happening", "reminder")


def hanging(table: str, check: str) -> RunSQL:
    """Wall a table that hangs from it: seen with it."""
    seen = child_of("alongside_alongside", "alongside_id", f"alongside_{table}")
    return protect(
        f"alongside_{table}",
        using=f"{AT_MY_DESK} AND {seen}",
        check=f"{AT_MY_DESK} AND {seen} AND {check}",
    )


class Migration(migrations.Migration):
    dependencies = [("alongside", "0001_alongside"), ("partnership", "0023_closures_go_by_set_up")]

    operations = [
        protect(
            "alongside_alongside",
            using=f"{AT_MY_DESK} AND contact_id <> ALL ({BARS}) AND {OPEN}",
            check=f"{AT_MY_DESK} AND contact_id <> ALL ({BARS}) AND by_id = {ME} AND "
            f"{child_of('contact_contact', 'contact_id', 'alongside_alongside')} AND "
            "EXISTS (SELECT FROM contact_contactperson parent WHERE parent.id = alongside_alongside.about_id "
            "AND parent.hub_id = alongside_alongside.hub_id AND parent.contact_id = alongside_alongside.contact_id) AND "
            "(kept_from_id IS NULL OR EXISTS (SELECT FROM contact_contactperson parent "
            "WHERE parent.id = alongside_alongside.kept_from_id AND parent.hub_id = alongside_alongside.hub_id "
            "AND parent.contact_id = alongside_alongside.contact_id)) AND "
            f"(outcome_id IS NULL OR {child_of('decision_outcome', 'outcome_id', 'alongside_alongside')})",
        ),
        frozen("alongside_alongside"),
        at_night("alongside_alongside"),
        hanging("happening", f"by_id = {ME}"),
        frozen("alongside_happening"),
        hanging("reminder", A_SERVICE),
        frozen("alongside_reminder"),
        *(
            RunSQL(
                f"CREATE POLICY alongside_{one}_goes ON alongside_{one} TO mash_owner "
                "USING ((SELECT identity.my_service()) = 'disposal');",
                f"DROP POLICY alongside_{one}_goes ON alongside_{one};",
            )
            for one in TABLES
        ),
    ]
