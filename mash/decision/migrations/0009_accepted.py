"""That a service accepted whom a decision handed over, and the open work that began with it."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, at_desk, at_night, child_of, frozen, not_at_night, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0010_not_this_person"),
        ("decision", "0008_school_notices"),
        ("partnership", "0012_ledger_keeper"),
        ("people", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accepted",
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
                ("said_by", models.CharField(max_length=160)),
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
                        related_name="accepted",
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
                    "involvement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.involvement"
                    ),
                ),
                (
                    "outcome",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accepted",
                        to="decision.outcome",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "accepted",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("said_by", ""), _negated=True), name="accepted_by_somebody"
                    )
                ],
            },
        ),
        protect(
            "decision_accepted",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {DUTIES} && ARRAY['screen','assess','decide','manage'] AND "
            f"{child_of('decision_outcome', 'outcome_id', 'decision_accepted')} AND "
            f"{child_of('people_involvement', 'involvement_id', 'decision_accepted')} AND "
            f"{child_of('contact_contact', 'contact_id', 'decision_accepted')}",
        ),
        frozen("decision_accepted"),
        at_night("decision_accepted"),
        not_at_night("decision_accepted"),
    ]
