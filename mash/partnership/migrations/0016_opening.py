"""A restricted case may be opened for an hour in an emergency, and that is reviewed."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from mash.common.rls import BARS, DUTIES, IN_MY_HUBS, protect

OPENS = (Path(__file__).parent.parent / "identity_6.sql").read_text()
MY_POST = "(SELECT identity.my_post())"
OF_MY_ACCOUNT = (
    "(SELECT mine.id FROM partnership_staff mine JOIN partnership_staff me "
    f"ON me.account_id = mine.account_id WHERE me.id = {MY_POST})"
)
LOOKS = f"({DUTIES} && ARRAY['manage','audit'] OR (SELECT identity.my_service()) IS NOT NULL)"
SEEN = f"{IN_MY_HUBS} AND (staff_id = {MY_POST} OR ({LOOKS} AND contact_id <> ALL ({BARS})))"
REVIEWS = f"{DUTIES} && ARRAY['manage'] AND NOT staff_id IN {OF_MY_ACCOUNT}"
REVIEW = "reviewed_at, reviewed_by_id, outcome, review_why"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0015_restricted"), ("contact", "0002_walls")]

    operations = [
        migrations.AddField(
            model_name="restriction",
            name="reference",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.RunSQL(
            """
            UPDATE partnership_restriction r SET reference = c.reference FROM contact_contact c WHERE c.id = r.contact_id;
            CREATE INDEX partnership_restriction_reference ON partnership_restriction (reference) WHERE until_at IS NULL;
            """,
            "DROP INDEX partnership_restriction_reference;",
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("contact_id", models.UUIDField()),
                ("reference", models.CharField(max_length=20)),
                ("why", models.CharField(max_length=200)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("review_due_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "Justified"), ("not_justified", "Not justified")],
                        max_length=13,
                    ),
                ),
                ("review_why", models.CharField(blank=True, max_length=400)),
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
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["hub", "from_at"], name="opening_by_hub")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="opening_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", ""),
                                ("review_why", ""),
                                ("reviewed_at", None),
                                ("reviewed_by", None),
                            ),
                            models.Q(
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("review_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="opening_reviewed_by_somebody_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("staff")), _negated=True),
                            _connector="OR",
                        ),
                        name="opening_reviewed_by_another",
                    ),
                ],
            },
        ),
        protect("partnership_opening", using=SEEN, identity_reads=True),
        migrations.RunSQL(
            f"""
            CREATE POLICY partnership_opening_review ON partnership_opening AS RESTRICTIVE FOR UPDATE
              TO mash_app, mash_worker USING ({REVIEWS});
            REVOKE INSERT, UPDATE ON partnership_opening FROM mash_app, mash_worker;
            GRANT UPDATE ({REVIEW}) ON partnership_opening TO mash_app, mash_worker;
            """,
            f"""
            REVOKE UPDATE ({REVIEW}) ON partnership_opening FROM mash_app, mash_worker;
            GRANT INSERT, UPDATE ON partnership_opening TO mash_app, mash_worker;
            DROP POLICY partnership_opening_review ON partnership_opening;
            """,
        ),
        migrations.RunSQL(OPENS, "DROP FUNCTION identity.open_restricted(text, text, uuid, timestamptz);"),
    ]
