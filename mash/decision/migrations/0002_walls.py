"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect

OF_A_CONTACT = ["decision", "strategy"]
OF_A_DECISION = ["outcome", "without", "dissent", "approval", "told"]
CHANGES = {  # all that is ever changed; what was decided, and on what picture, is not among it
    "decision": "second_by_id, cleared_by_id, made_at, turned_down_at",
    "strategy": "record_sent_at, record_sent_how, record_sent_by_id",
}


def frozen_but(table, columns):
    return migrations.RunSQL(
        f"""
        REVOKE UPDATE ON {table} FROM mash_app, mash_worker;
        GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;
        """,
        f"""
        REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker;
        GRANT UPDATE ON {table} TO mash_app, mash_worker;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [("decision", "0001_initial"), ("check", "0002_walls")]

    operations = [
        *[
            protect(
                f"decision_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'decision_{table}')}",
            )
            for table in OF_A_CONTACT
        ],
        *[
            protect(
                f"decision_{table}",
                using=f"{AT_MY_DESK} AND {child_of('decision_decision', 'decision_id', f'decision_{table}')}",
            )
            for table in OF_A_DECISION
        ],
        *[frozen(f"decision_{table}") for table in OF_A_DECISION],
        *[frozen_but(f"decision_{table}", columns) for table, columns in CHANGES.items()],
    ]
