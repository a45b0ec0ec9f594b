"""What an auditor concluded, and what of a case they may know: its reference, and whether names agree."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import mash.people.models
from mash.common.rls import DUTIES, HUBS, IN_MY_HUBS, frozen, protect

FUNCTIONS = (Path(__file__).parent.parent / "auditing_1.sql").read_text()
DROP = (
    "DROP FUNCTION identity.audited_namesakes(uuid[], uuid[], uuid[]); DROP FUNCTION identity.same_name(text, text, text);"
    "DROP FUNCTION identity.audited_people(bytea[]); DROP FUNCTION identity.audited_references(uuid[]);"
    "DROP FUNCTION identity.audited_contact(text);"
)
AUDITS = f"{DUTIES} && ARRAY['audit']"
OWN = "by_id = (SELECT identity.my_post())"
READ_BY_THE_FUNCTIONS = ("contact_contact", "contact_contactperson", "people_person", "people_token")


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0012_alerts_of_openings"),
        ("contact", "0011_set_beside"),
        ("people", "0001_initial"),
        ("partnership", "0016_opening"),
        ("ledger", "0002_roots"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conclusion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mash.people.models.new_key, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("signal", models.UUIDField()),
                ("rule", models.CharField(max_length=20)),
                ("on", models.DateField()),
                ("facts", models.CharField(max_length=300)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reviewed", "Reviewed: nothing more to do"),
                            ("explained", "Explained"),
                            ("follow_up", "To be followed up"),
                        ],
                        max_length=9,
                    ),
                ),
                ("why", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["hub", "signal"], name="conclusion_of_signal")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="conclusion_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("staff")), _negated=True),
                        name="conclusion_on_somebody_else",
                    ),
                ],
            },
        ),
        protect(
            "desk_conclusion",
            using=f"{IN_MY_HUBS} AND {AUDITS}",
            check=f"{IN_MY_HUBS} AND {AUDITS} AND {OWN}",
        ),
        frozen("desk_conclusion"),
        *[
            migrations.RunSQL(
                f"CREATE POLICY {table}_audited ON {table} FOR SELECT TO mash_owner USING (hub_id = ANY ({HUBS}) AND {AUDITS});",
                f"DROP POLICY {table}_audited ON {table};",
            )
            for table in READ_BY_THE_FUNCTIONS
        ],
        migrations.RunSQL(
            f"""
            CREATE POLICY partnership_access_audited ON partnership_access FOR SELECT
              TO mash_app, mash_reader USING ({IN_MY_HUBS} AND {AUDITS});
            CREATE INDEX ledger_entry_hub_at ON ledger_entry (hub_id, at);
            CREATE INDEX ledger_entry_refused ON ledger_entry (hub_id, at) WHERE event IN ('page.refused', 'page.absent');
            CREATE INDEX ledger_entry_searched ON ledger_entry (hub_id, at) WHERE event = 'people.searched';
            """,
            """
            DROP INDEX ledger_entry_hub_at, ledger_entry_refused, ledger_entry_searched;
            DROP POLICY partnership_access_audited ON partnership_access;
            """,
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
