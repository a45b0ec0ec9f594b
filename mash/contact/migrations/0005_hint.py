"""What a good referral holds, and who may say so."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import DUTIES, IN_MY_HUBS, protect

SAYS_SO = (
    f"((SELECT identity.my_service()) IS NOT NULL OR {DUTIES} && ARRAY['grade', 'manage', 'administer'])"
)


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0004_feedback"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hint",
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
                ("criterion", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=120)),
                ("page", models.CharField(max_length=40)),
                ("lacks", models.CharField(max_length=240)),
                ("needs", models.JSONField()),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "ordering": ["place", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("hub", "criterion"), name="hint_once_a_criterion")
                ],
            },
        ),
        protect("contact_hint", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {SAYS_SO}"),
    ]
