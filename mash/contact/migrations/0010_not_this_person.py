"""That somebody in a contact is not a person on record."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, child_of, protect


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0009_linked_by_reference"),
        ("partnership", "0008_nights"),
        ("people", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotThisPerson",
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
                ("why", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "contact_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="not_same",
                        to="contact.contactperson",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("contact_person", "person"),
                        name="not_this_person_once",
                    )
                ],
            },
        ),
        protect(
            "contact_notthisperson",
            using=f"{AT_MY_DESK} AND {child_of('contact_contactperson', 'contact_person_id', 'contact_notthisperson')}",
        ),
        migrations.RunSQL(  # a word is undone, and otherwise stays as it was said
            """
            REVOKE UPDATE ON contact_notthisperson FROM mash_app, mash_worker;
            GRANT UPDATE (undone_at, undone_by_id) ON contact_notthisperson TO mash_app, mash_worker;
            """,
            """
            REVOKE UPDATE (undone_at, undone_by_id) ON contact_notthisperson FROM mash_app, mash_worker;
            GRANT UPDATE ON contact_notthisperson TO mash_app, mash_worker;
            """,
        ),
    ]
