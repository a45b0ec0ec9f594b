"""What the product carried when a hub compared its own with it, and what it then left as it is."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
import mash.setup.models
from mash.common.rls import DUTIES, IN_MY_HUBS, frozen, protect

A_SERVICE = "(SELECT identity.my_service()) IS NOT NULL"
SETS_UP = f"({A_SERVICE} OR {DUTIES} && ARRAY['administer','manage'])"


class Migration(migrations.Migration):
    dependencies = [
        ("setup", "0005_logos"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="carried",
            field=mash.setup.models.Words(null=True),
        ),
        migrations.CreateModel(
            name="Compared",
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
                ("content", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "by",
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
            ],
            options={
                "verbose_name_plural": "compared",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hub", "content", "digest"), name="compared_once_a_content"
                    )
                ],
            },
        ),
        protect("setup_compared", using=f"{SETS_UP} AND {IN_MY_HUBS}"),
        frozen("setup_compared"),
    ]
