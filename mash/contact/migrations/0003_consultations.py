"""Advice to professionals, and its walls."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, BARS, IN_MY_HUBS, at_desk, child_of, frozen, protect

MINE = f"{IN_MY_HUBS} AND asker_id = (SELECT identity.my_post())"
NOT_BARRED = f"NOT (contacts && {BARS})"
CHANGES = {  # all that is ever changed; what was asked and advised is not among it
    "contact_consultation": "contacts, follow_up_on",
    "contact_consultationlink": "undone_at, undone_by_id, undone_why",
}


def frozen_but(table, columns):
    return migrations.RunSQL(
        f"""
        REVOKE UPDATE ON {table} FROM mash_app, mash_worker;
        GRANT UPDATE ({columns}) ON {table} TO mash_app, mash_worker;
        """,
        f"""
        REVOKE UPDATE ({columns}) ON {table} FROM mash_app, mash_worker;
        GRANT UPDATE ON {table} TO mash_app, mash_worker;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0002_walls"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
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
                ("key", models.UUIDField(unique=True)),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("held_at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[("telephone", "Telephone"), ("meeting", "Meeting"), ("email", "E-mail")],
                        max_length=10,
                    ),
                ),
                ("source_kind", models.CharField(max_length=20)),
                ("organisation", models.CharField(max_length=200)),
                ("asked_by", models.CharField(blank=True, max_length=120)),
                ("asked_role", models.CharField(blank=True, max_length=120)),
                (
                    "why_named",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agrees", "With a name: the professional agrees"),
                            ("safety", "With a name: somebody’s safety needs it"),
                        ],
                        max_length=8,
                    ),
                ),
                ("named", models.CharField(blank=True, max_length=240)),
                ("question", models.TextField()),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("advice", models.TextField()),
                ("next_steps", models.TextField()),
                ("referral_advised", models.BooleanField()),
                ("follow_up_on", models.DateField(null=True)),
                (
                    "contacts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "asker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
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
            name="ConsultationLink",
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
                ("why", models.CharField(max_length=240)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_why", models.CharField(blank=True, max_length=240)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="contact.consultation",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation_links",
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
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                ("key", models.UUIDField(unique=True)),
                ("words", models.TextField()),
                ("next_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="contact.consultation",
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
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["hub", "-held_at"], name="consultation_newest"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("named", ""), ("why_named", "")),
                    models.Q(
                        models.Q(("why_named", ""), _negated=True), models.Q(("named", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="consultation_named_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("question", ""), _negated=True),
                    models.Q(("advice", ""), _negated=True),
                    models.Q(("next_steps", ""), _negated=True),
                ),
                name="consultation_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("consultation", "contact"),
                name="consultation_linked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="consultation_linked_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at", None), models.Q(("undone_why", ""), _negated=True), _connector="OR"
                ),
                name="consultation_unlinked_for_a_reason",
            ),
        ),
        protect(
            "contact_consultation",
            using=f"({AT_MY_DESK} AND {NOT_BARRED}) OR ({MINE})",
            check=AT_MY_DESK,
        ),
        protect(
            "contact_consultationlink",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'contact_consultationlink')} AND "
            + child_of("contact_consultation", "consultation_id", "contact_consultationlink"),
        ),
        protect(
            "contact_followup",
            using=f"{AT_MY_DESK} AND {child_of('contact_consultation', 'consultation_id', 'contact_followup')}",
        ),
        frozen("contact_followup"),
        *[frozen_but(table, columns) for table, columns in CHANGES.items()],
    ]
