"""A manager's word on a rating, by another person than who gave it."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, at_desk, at_night, child_of, frozen, protect

OF_ANOTHER = """
    EXISTS (
      SELECT FROM triage_rating rated
      JOIN partnership_staff giver ON giver.id = rated.by_id
      JOIN partnership_staff me ON me.id = triage_confirmation.by_id
      WHERE rated.id = triage_confirmation.rating_id AND rated.contact_id = triage_confirmation.contact_id
        AND giver.account_id <> me.account_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0010_not_this_person"),
        ("partnership", "0012_ledger_keeper"),
        ("triage", "0009_counts_from"),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mash.partnership.models.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agreed", models.BooleanField()),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="contact.contact",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="triage.rating",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("agreed", True)), fields=("rating",), name="rating_confirmed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed", True), models.Q(("words", ""), _negated=True), _connector="OR"
                        ),
                        name="rating_not_confirmed_says_why",
                    ),
                ],
            },
        ),
        protect(
            "triage_confirmation",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'triage_confirmation')} "
            "AND by_id = (SELECT identity.my_post()) "
            f"AND {DUTIES} && ARRAY['manage','approve','decide'] AND {OF_ANOTHER}",
        ),
        at_night("triage_confirmation"),
        frozen("triage_confirmation"),
    ]
