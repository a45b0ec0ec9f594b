"""That a decision was reopened, and why: by those with the duty, and by day."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, at_desk, at_night, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0008_night"),
        ("decision", "0006_letter_passed"),
        ("partnership", "0008_nights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reopening",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("news", "Something new is known"),
                            ("wrong", "The decision was wrong, or something was overlooked"),
                        ],
                        max_length=8,
                    ),
                ),
                ("why", models.TextField()),
                ("said_by", models.CharField(blank=True, max_length=160)),
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
                        related_name="reopenings",
                        to="contact.contact",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="decision.decision",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "contact"), name="reopened_once_a_contact"),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="decision_reopened_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "news"), _negated=True),
                            models.Q(("said_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="news_has_a_source",
                    ),
                ],
            },
        ),
        protect(
            "decision_reopening",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {DUTIES} && ARRAY['assess','decide','manage'] AND "
            + child_of("decision_decision", "decision_id", "decision_reopening"),
        ),
        frozen("decision_reopening"),
        at_night("decision_reopening"),
    ]
