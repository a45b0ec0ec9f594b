"""The walls of this app's tables."""

from django.db import migrations

from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect

OF_A_DECISION = ["outcome", "without", "dissent", "approval"]


class Migration(migrations.Migration):
    dependencies = [("decision", "0001_initial"), ("check", "0002_walls")]

    operations = [
        *[
            protect(
                f"decision_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'decision_{table}')}",
            )
            for table in ["decision", "strategy"]
        ],
        *[
            protect(
                f"decision_{table}",
                using=f"{AT_MY_DESK} AND {child_of('decision_decision', 'decision_id', f'decision_{table}')}",
            )
            for table in OF_A_DECISION
        ],
        *[frozen(f"decision_{table}") for table in OF_A_DECISION],
    ]
