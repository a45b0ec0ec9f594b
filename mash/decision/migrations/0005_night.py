"""What a post that works nights alone sees of decisions; it makes none, and writes to no family."""

from django.db import migrations

from mash.common.rls import at_night, not_at_night


class Migration(migrations.Migration):
    dependencies = [("decision", "0004_dissent_of_a_referrer"), ("check", "0006_night")]

    operations = [
        *[at_night(f"decision_{table}") for table in ("decision", "strategy", "letter")],
        not_at_night("decision_decision"),
        not_at_night("decision_decision", command="UPDATE"),
        not_at_night("decision_letter"),
    ]
