"""The written form that follows a call, and who was reminded of it."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0006_printing"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Written",
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
                ("arrived_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "addition",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.addition",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="writings",
                        to="contact.contact",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.contact",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "written",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("contact",),
                        name="written_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("addition", None), ("message", None), _connector="XOR"),
                        name="written_as_addition_or_message",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WrittenChase",
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
                ("step", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="written_chases",
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
                    models.UniqueConstraint(fields=("contact", "step"), name="written_chased_once_a_step")
                ],
            },
        ),
        *[
            protect(
                f"contact_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'contact_{table}')}",
            )
            for table in ["written", "writtenchase"]
        ],
        frozen("contact_writtenchase"),
        migrations.RunSQL(  # it is undone, and otherwise stays as it was said
            """
            REVOKE UPDATE ON contact_written FROM mash_app, mash_worker;
            GRANT UPDATE (undone_at, undone_by_id) ON contact_written TO mash_app, mash_worker;
            """,
            """
            REVOKE UPDATE (undone_at, undone_by_id) ON contact_written FROM mash_app, mash_worker;
            GRANT UPDATE ON contact_written TO mash_app, mash_worker;
            """,
        ),
    ]
