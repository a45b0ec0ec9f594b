"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, at_desk, child_of, frozen, of_contact, protect, receipt

SHOWN = ["contactperson", "contactrelationship", "reply"]  # a referrer may see these of their own contact
DESK_ONLY = ["referrer", "disputed", "warned", "attachment"]
FROZEN = [*SHOWN, *DESK_ONLY, "addition"]
BY_THE_REFERRER = f"{IN_MY_HUBS} AND by_id IS NULL AND contact_id = (SELECT identity.my_referral())"


def born_of_contact(table):
    return f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'contact_{table}')}"


class Migration(migrations.Migration):
    dependencies = [("contact", "0001_initial"), ("people", "0002_walls")]

    operations = [
        protect("contact_contact", using=of_contact("id"), check=AT_MY_DESK),
        frozen("contact_contact"),
        *[protect(f"contact_{table}", using=of_contact(), check=born_of_contact(table)) for table in SHOWN],
        *[protect(f"contact_{table}", using=at_desk(), check=born_of_contact(table)) for table in DESK_ONLY],
        protect(
            "contact_addition",
            using=f"({at_desk()}) OR ({BY_THE_REFERRER})",
            check=f"({born_of_contact('addition')}) OR ({BY_THE_REFERRER})",
        ),
        protect(
            "contact_settlement",
            using=f"{AT_MY_DESK} AND {child_of('contact_contactperson', 'contact_person_id', 'contact_settlement')}",
        ),
        protect(
            "contact_replyseen",
            using=f"{IN_MY_HUBS} AND {child_of('contact_reply', 'reply_id', 'contact_replyseen')}",
        ),
        *[frozen(f"contact_{table}") for table in FROZEN],
        receipt("contact_replyseen"),
        migrations.RunSQL(  # a settlement is undone, and otherwise stays as it was said
            """
            REVOKE UPDATE ON contact_settlement FROM mash_app, mash_worker;
            GRANT UPDATE (undone_at, undone_by_id) ON contact_settlement TO mash_app, mash_worker;
            """,
            """
            REVOKE UPDATE (undone_at, undone_by_id) ON contact_settlement FROM mash_app, mash_worker;
            GRANT UPDATE ON contact_settlement TO mash_app, mash_worker;
            """,
        ),
    ]
