"""Why a page of a case was printed, and its wall."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0005_hint"),
        ("partnership", "0005_walls_of_the_rota"),
    ]

    operations = [
        migrations.CreateModel(
            name="Printing",
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
                ("page", models.CharField(max_length=60)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("meeting", "For a strategy discussion, conference or panel"),
                            ("court", "For a court, or on its order"),
                            ("handover", "For the service that takes the case over"),
                            ("visit", "For a visit, where there is no screen"),
                            ("subject", "For somebody’s request to see what is held on them"),
                            ("other", "For another purpose"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=240)),
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
                        related_name="printings",
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
                        condition=models.Q(
                            models.Q(("purpose", "other"), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="printing_has_a_purpose",
                    )
                ],
            },
        ),
        protect(
            "contact_printing",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'contact_printing')}",
        ),
        frozen("contact_printing"),
    ]
