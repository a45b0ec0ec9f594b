"""What a contact is about as workers say, repeats that ask a manager, and notices that end at triage."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, at_desk, at_night, child_of, frozen, not_at_night, protect

CLEARED = f"{DUTIES} && ARRAY['clear']"


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0008_night"),
        ("partnership", "0007_codes_for_passwords"),
        ("triage", "0006_route_of_an_adult"),
    ]

    operations = [
        migrations.CreateModel(
            name="Noted",
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
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_why", models.TextField(blank=True)),
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
                        related_name="noted",
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
            options={
                "verbose_name_plural": "noted",
            },
        ),
        migrations.CreateModel(
            name="NotedSeen",
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
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
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
                (
                    "noted",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.noted"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "noted seen",
            },
        ),
        migrations.CreateModel(
            name="Reading",
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
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("at", models.DateTimeField()),
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
                        related_name="readings",
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
            name="RepeatReview",
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
                ("rule", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeat_reviews",
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
        migrations.AddConstraint(
            model_name="noted",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("contact",), name="noted_once_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="noted",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="noted_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="noted",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at", None), models.Q(("undone_why", ""), _negated=True), _connector="OR"
                ),
                name="noted_undone_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories__len__lte", 3), ("categories", []), _connector="OR"),
                name="reading_at_most_three",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("categories", []), _negated=True), ("level__isnull", False), _connector="OR"
                ),
                name="reading_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="repeatreview",
            constraint=models.UniqueConstraint(fields=("contact", "rule"), name="repeat_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="repeatreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at", None), ("by", None), ("words", "")),
                    models.Q(
                        ("at__isnull", False), ("by__isnull", False), models.Q(("words", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="repeat_read_in_words",
            ),
        ),
        *[
            protect(
                f"triage_{table}",
                using=at_desk(),
                check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', f'triage_{table}')}",
            )
            for table in ("reading", "repeatreview", "noted")
        ],
        protect(
            "triage_notedseen",
            using=f"{at_desk()} AND {CLEARED}",
            check=f"{AT_MY_DESK} AND {CLEARED} AND {child_of('triage_noted', 'noted_id', 'triage_notedseen')} "
            f"AND {child_of('contact_contact', 'contact_id', 'triage_notedseen')}",
        ),
        *[at_night(f"triage_{table}") for table in ("reading", "repeatreview", "noted", "notedseen")],
        not_at_night("triage_noted"),
        frozen("triage_reading"),
        frozen("triage_notedseen"),
    ]
