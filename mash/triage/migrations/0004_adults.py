"""What is recorded of an adult at risk: the three-part test, what they want, their capacity."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect

TABLES = ["threeparttest", "wishes", "capacity"]


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0007_in_writing"),
        ("partnership", "0005_walls_of_the_rota"),
        ("triage", "0003_in_writing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Capacity",
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
                ("at", models.DateTimeField()),
                ("decision", models.CharField(max_length=240)),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("has", "Has capacity to decide this"),
                            ("lacks", "Lacks capacity to decide this"),
                            ("doubt", "In doubt: to be assessed"),
                            ("assumed", "Assumed: nothing suggests otherwise"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField()),
                ("assessed_by", models.CharField(blank=True, max_length=160)),
                ("decides_for_them", models.CharField(blank=True, max_length=160)),
                (
                    "about",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contact.contact"
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
                "verbose_name_plural": "capacities",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True), models.Q(("decision", ""), _negated=True)
                        ),
                        name="capacity_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", "lacks"), _negated=True),
                            models.Q(
                                models.Q(("assessed_by", ""), _negated=True),
                                models.Q(("decides_for_them", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="capacity_lacking_says_who",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreePartTest",
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
                ("at", models.DateTimeField()),
                (
                    "needs",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known yet")], max_length=9
                    ),
                ),
                ("needs_words", models.TextField()),
                (
                    "harm",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known yet")], max_length=9
                    ),
                ),
                ("harm_words", models.TextField()),
                (
                    "protect",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known yet")], max_length=9
                    ),
                ),
                ("protect_words", models.TextField()),
                (
                    "about",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contact.contact"
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
                        condition=models.Q(
                            models.Q(("needs_words", ""), _negated=True),
                            models.Q(("harm_words", ""), _negated=True),
                            models.Q(("protect_words", ""), _negated=True),
                        ),
                        name="three_parts_in_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wishes",
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
                ("at", models.DateTimeField()),
                (
                    "asked",
                    models.CharField(
                        choices=[
                            ("adult", "The adult was asked"),
                            ("advocate", "Somebody who speaks for them was asked"),
                            ("not_yet", "Not asked yet"),
                            ("unsafe", "Asking would be unsafe now"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField()),
                ("spoken_for_by", models.CharField(blank=True, max_length=160)),
                (
                    "about",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contact.contact"
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
                "verbose_name_plural": "wishes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="wishes_in_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked", "advocate"), _negated=True),
                            models.Q(("spoken_for_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="wishes_say_who_spoke",
                    ),
                ],
            },
        ),
        *[
            protect(
                f"triage_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'triage_{table}')} "
                f"AND EXISTS (SELECT FROM contact_contactperson adult WHERE adult.id = triage_{table}.about_id "
                f"AND adult.contact_id = triage_{table}.contact_id AND adult.role = 'adult_at_risk')",
            )
            for table in TABLES
        ],
        *[frozen(f"triage_{table}") for table in TABLES],
    ]
