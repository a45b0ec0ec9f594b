"""How somebody wishes to be told: their own row, and the post room's to read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import IN_MY_HUBS, goes_with_an_exercise, protect

MINE = (
    f"{IN_MY_HUBS} AND account_id = "
    "(SELECT s.account_id FROM partnership_staff s WHERE s.id = (SELECT identity.my_post()))"
)
A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
READ = f"{IN_MY_HUBS} AND {A_SERVICE}"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partnership", "0027_notifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wish",
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
                    "how",
                    models.CharField(
                        choices=[
                            ("at_once", "An e-mail at once"),
                            ("one_a_day", "One e-mail a day"),
                            ("only_here", "No e-mail: I look here"),
                        ],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                (
                    "quiet",
                    models.CharField(
                        choices=[
                            ("hub", "As the hub has them"),
                            ("own", "My own"),
                            ("none", "None: send at any hour"),
                        ],
                        default="hub",
                        max_length=4,
                    ),
                ),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.UniqueConstraint(fields=("hub", "account"), name="one_wish_a_hub"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("quiet", "own"),
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                            ),
                            models.Q(
                                models.Q(("quiet", "own"), _negated=True),
                                ("quiet_from", None),
                                ("quiet_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="own_quiet_hours_are_whole",
                    ),
                ],
            },
        ),
        protect("notifications_wish", using=f"({MINE}) OR ({READ})", check=MINE),
        goes_with_an_exercise("notifications_wish"),
    ]
