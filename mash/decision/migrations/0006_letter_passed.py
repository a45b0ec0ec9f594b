"""Whom a letter waits for since its worker's work was moved."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [
        ("decision", "0005_night"),
        ("partnership", "0008_nights"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterPassed",
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
                ("why", models.CharField(max_length=240)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "frm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed",
                        to="decision.letter",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "letters passed",
                "indexes": [models.Index(fields=["letter", "-at"], name="letter_passed_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="letter_passed_for_a_reason"
                    )
                ],
            },
        ),
        protect(
            "decision_letterpassed",
            using=f"{AT_MY_DESK} AND {child_of('decision_letter', 'letter_id', 'decision_letterpassed')}",
        ),
        frozen("decision_letterpassed"),
    ]
