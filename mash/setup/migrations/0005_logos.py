"""The pictures that a hub has sent for its header."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import DUTIES, IN_MY_HUBS, frozen, protect

SETS_UP = f"((SELECT identity.my_service()) IS NOT NULL OR {DUTIES} && ARRAY['administer','manage'])"


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0010_logo"),
        ("setup", "0004_guarded_duties"),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="part",
            field=models.CharField(
                choices=[
                    ("hub", "Name and colour"),
                    ("logo", "Logo"),
                    ("hours", "Opening hours"),
                    ("closures", "Closures"),
                    ("clocks", "Clocks"),
                    ("agencies", "Agencies"),
                    ("posts", "People and posts"),
                    ("content", "Questions, words and rules"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Logo",
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
                ("digest", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=20)),
                ("body", models.BinaryField()),
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
                "constraints": [models.UniqueConstraint(fields=("hub", "digest"), name="logo_once_a_hub")],
            },
        ),
        protect("setup_logo", using=IN_MY_HUBS, check=f"{IN_MY_HUBS} AND {SETS_UP}"),
        frozen("setup_logo"),
    ]
