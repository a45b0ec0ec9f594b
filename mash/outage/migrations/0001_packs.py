"""The passphrase of outage packs, each pack, and what became of its file."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partnership", "0027_notifications"),
    ]

    operations = [
        migrations.CreateModel(
            name="Passphrase",
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
                ("nonce", models.BinaryField()),
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
        ),
        migrations.CreateModel(
            name="Pack",
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
                ("number", models.CharField(blank=True, max_length=30)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("contacts", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("forms", models.PositiveIntegerField(default=0)),
                ("refused", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "passphrase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outage.passphrase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackEnd",
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
                    "what",
                    models.CharField(
                        choices=[
                            ("written", "Lies in the folder"),
                            ("failed", "Could not be written"),
                            ("removed", "Removed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ends", to="outage.pack"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "what"), name="pack_end_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", "failed"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pack_failed_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="passphrase",
            index=models.Index(fields=["hub", "-at"], name="passphrase_newest"),
        ),
        migrations.AddIndex(
            model_name="pack",
            index=models.Index(fields=["hub", "-at"], name="pack_newest"),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("number",),
                name="pack_once_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("number", ""),
                        ("passphrase", None),
                        ("sha256", ""),
                        models.Q(("refused", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                        ("passphrase__isnull", False),
                        ("refused", ""),
                    ),
                    _connector="OR",
                ),
                name="pack_made_or_refused",
            ),
        ),
    ]
