"""Files are looked through, by a listed service; its word is kept beside each, and nobody changes it."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import at_night, frozen, of_contact, protect

NAME, REASON = "scanner", "files that came with contacts: is any of them harmful?"
SCANS = "(SELECT identity.my_service()) = 'scanner'"
OF_THIS_FILE = """
    EXISTS (SELECT FROM contact_attachment parent WHERE parent.id = contact_looked.attachment_id
      AND parent.hub_id = contact_looked.hub_id AND parent.contact_id = contact_looked.contact_id
      AND parent.sha256 = contact_looked.sha256)
"""


def list_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO partnership_service (name, reason) VALUES (%s, %s)", [NAME, REASON])


def forget_it(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnership_service WHERE name = %s", [NAME])


class Migration(migrations.Migration):
    dependencies = [("contact", "0011_set_beside"), ("partnership", "0018_walls_of_dormant")]

    operations = [
        migrations.RunPython(list_it, forget_it),
        migrations.CreateModel(
            name="Looked",
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
                    "outcome",
                    models.CharField(
                        choices=[
                            ("clean", "Nothing was found"),
                            ("harmful", "The scanner found something harmful"),
                            ("unsafe", "It holds what could run, or cannot be looked into"),
                            ("failed", "It could not be looked through"),
                        ],
                        max_length=8,
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=300)),
                ("scanner", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to="contact.attachment",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contact.contact"
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
                "verbose_name_plural": "looked",
                "indexes": [models.Index(fields=["contact"], name="looked_contact")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "failed"), _negated=True),
                        fields=("attachment", "scanner"),
                        name="looked_through_once_a_scanner",
                    )
                ],
            },
        ),
        protect("contact_looked", using=of_contact(), check=f"{SCANS} AND {OF_THIS_FILE}"),
        at_night("contact_looked"),
        frozen("contact_looked"),
    ]
