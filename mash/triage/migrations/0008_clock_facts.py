"""Facts that begin and end the clocks of law."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, at_desk, at_night, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0010_not_this_person"),
        ("partnership", "0008_nights"),
        ("triage", "0007_reading_and_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockFact",
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
                ("clock", models.CharField(max_length=40)),
                ("what", models.CharField(max_length=24)),
                ("happened_at", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.contactperson",
                    ),
                ),
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
                        related_name="clock_facts",
                        to="contact.contact",
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
                    models.CheckConstraint(
                        condition=models.Q(("happened_at__lte", models.F("at"))),
                        name="clock_fact_has_happened",
                    )
                ],
            },
        ),
        protect(
            "triage_clockfact",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'triage_clockfact')} "
            f"AND (about_id IS NULL OR EXISTS (SELECT FROM contact_contactperson child "
            f"WHERE child.id = triage_clockfact.about_id AND child.contact_id = triage_clockfact.contact_id))",
        ),
        at_night("triage_clockfact"),
        frozen("triage_clockfact"),
    ]
