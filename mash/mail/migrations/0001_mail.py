"""E-mail, its files, and whether it is answered; and the walls of all three."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contact", "0015_by_email"),
        ("partnership", "0027_notifications"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
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
                ("reference", models.CharField(max_length=20, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("message_id", models.CharField(blank=True, max_length=250)),
                ("uid_validity", models.CharField(max_length=20)),
                ("uid", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "To be read"),
                            ("automatic", "Automatic reply"),
                            ("returned", "Returned mail"),
                            ("too_large", "Larger than is taken"),
                            ("unreadable", "Cannot be taken apart"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("sender", models.CharField(blank=True, max_length=254)),
                ("subject", models.CharField(blank=True, max_length=500)),
                ("sent_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("read_at", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
                ("cut", models.BooleanField(default=False)),
                ("checks", models.CharField(blank=True, max_length=500)),
                ("acknowledged", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("referral", "A contact of its own"),
                            ("added", "Added to a contact"),
                            ("not_a_referral", "Not a referral"),
                        ],
                        max_length=16,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
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
        ),
        migrations.CreateModel(
            name="Enclosed",
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
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=255)),
                ("media_type", models.CharField(blank=True, max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                ("refused", models.CharField(blank=True, max_length=300)),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="mail.mail"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "enclosed",
            },
        ),
        migrations.CreateModel(
            name="Acknowledging",
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
                ("on", models.BooleanField()),
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
                "indexes": [models.Index(fields=["hub", "-at"], name="acknowledging_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["hub", "outcome", "received_at", "id"], name="mail_in_order"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["hub", "sender", "-read_at"], name="mail_of_sender"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(fields=("hub", "digest"), name="mail_once_a_hub"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at", None), ("by", None), ("contact", None), ("outcome", "")),
                    models.Q(
                        ("at__isnull", False),
                        ("by__isnull", False),
                        ("contact", None),
                        ("outcome", "not_a_referral"),
                        models.Q(("why", ""), _negated=True),
                    ),
                    models.Q(
                        ("at__isnull", False),
                        ("by__isnull", False),
                        ("contact__isnull", False),
                        ("outcome__in", ["referral", "added"]),
                    ),
                    _connector="OR",
                ),
                name="mail_settled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="enclosed",
            constraint=models.UniqueConstraint(fields=("mail", "place"), name="enclosed_once_a_place"),
        ),
    ]
