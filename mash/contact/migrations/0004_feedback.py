"""How it went, in the words of whoever it was for, and its wall."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, at_desk, child_of, frozen, protect

BY_THE_REFERRER = f"{IN_MY_HUBS} AND by_id IS NULL AND contact_id = (SELECT identity.my_referral())"
AT_THE_DESK = f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'contact_feedback')}"


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0003_consultations"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
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
                ("key", models.UUIDField(unique=True)),
                (
                    "listened",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=6
                    ),
                ),
                (
                    "clear",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=6
                    ),
                ),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
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
                "verbose_name_plural": "feedback",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about", None), ("by", None)),
                            models.Q(("about__isnull", False), ("by__isnull", False)),
                            _connector="OR",
                        ),
                        name="feedback_of_a_family_is_written_down",
                    )
                ],
            },
        ),
        protect(
            "contact_feedback",
            using=f"({at_desk()}) OR ({BY_THE_REFERRER})",
            check=f"({AT_THE_DESK}) OR ({BY_THE_REFERRER})",
        ),
        frozen("contact_feedback"),
    ]
