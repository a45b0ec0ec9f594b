import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, IN_MY_HUBS, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0015_restricted"),
        ("people", "0005_learned_weights"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterSize",
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
                ("half_doublings", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("hub",), name="one_size_a_register")],
            },
        ),
        protect("people_registersize", using=AT_MY_DESK, check=f"{A_SERVICE} AND {IN_MY_HUBS}"),
    ]
