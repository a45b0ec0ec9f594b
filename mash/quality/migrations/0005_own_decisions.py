import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0014_told_of_a_disagreement"),
        ("decision", "0015_decided_again"),
        ("partnership", "0025_review"),
        ("people", "0006_how_many_are_on_record"),
        ("quality", "0004_walls_of_incidents"),
        ("triage", "0010_confirmation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Again",
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
                ("drawn_as", models.CharField(max_length=64)),
                ("half", models.CharField(max_length=24)),
                ("outcome", models.CharField(max_length=40)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "contacts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "named",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("risk", "Somebody was left at risk, one of them believes"),
                            ("higher", "Both would have gone to a higher level"),
                            ("lower", "Both would have gone to a lower level"),
                        ],
                        max_length=8,
                    ),
                ),
                ("found_at", models.DateTimeField(null=True)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("not_reopened", models.CharField(blank=True, max_length=160)),
                ("given_at", models.DateTimeField(null=True)),
                ("short", models.BooleanField(default=False)),
                ("off_at", models.DateTimeField(null=True)),
                ("off_why", models.CharField(blank=True, max_length=160)),
                (
                    "about",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.contactperson",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contact.contact"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="decision.decision",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
                    ),
                ),
                (
                    "given_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "returned",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="triage.returned",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "again",
            },
        ),
        migrations.CreateModel(
            name="Copy",
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
                ("begins_on", models.DateField()),
                ("place", models.PositiveSmallIntegerField()),
                ("about", models.CharField(max_length=240)),
                ("subject", models.CharField(max_length=5)),
                ("as_of", models.DateTimeField()),
                ("sections", models.JSONField()),
                (
                    "again",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copy", to="quality.again"
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
                "verbose_name_plural": "copies",
            },
        ),
        migrations.CreateModel(
            name="Month",
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
                ("begins_on", models.DateField()),
                ("size", models.PositiveSmallIntegerField()),
                ("method", models.CharField(max_length=20)),
                ("seed", models.CharField(max_length=32)),
                ("frame_hash", models.CharField(max_length=64)),
                ("frame_size", models.PositiveIntegerField()),
                ("frame", models.JSONField()),
                ("sizes", models.JSONField()),
                ("asked", models.JSONField()),
                ("drawn", models.JSONField()),
                ("shortfall", models.JSONField()),
                ("excluded", models.JSONField()),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("left_out", models.TextField(blank=True)),
                ("results", models.JSONField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnership.staff",
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
        migrations.AddField(
            model_name="again",
            name="month",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="quality.month"
            ),
        ),
        migrations.CreateModel(
            name="Reviewer",
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
                ("kept", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "contacts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "named",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("from_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "decided it again"),
                            ("refused", "stepped aside"),
                            ("kept", "was kept from the case since"),
                            ("left", "may not decide again any more"),
                            ("off", "it was taken off"),
                            ("closed", "the month was closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=240)),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewers",
                        to="quality.copy",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Redecided",
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
                ("outcome", models.CharField(max_length=40)),
                ("level", models.PositiveSmallIntegerField()),
                ("reasons", models.TextField()),
                ("sure", models.CharField(max_length=20)),
                ("missing", models.TextField(blank=True)),
                ("at_risk", models.BooleanField()),
                ("at_risk_words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quality.copy"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "reviewer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said",
                        to="quality.reviewer",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "redecided",
            },
        ),
        migrations.CreateModel(
            name="Followed",
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
                ("step", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                (
                    "again",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed",
                        to="quality.again",
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
            options={
                "verbose_name_plural": "followed",
                "constraints": [
                    models.UniqueConstraint(fields=("again", "step"), name="followed_once_a_step")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="month",
            constraint=models.UniqueConstraint(fields=("hub", "begins_on"), name="month_drawn_once"),
        ),
        migrations.AddConstraint(
            model_name="month",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("results", None)),
                    models.Q(("closed_at__isnull", False), ("results__isnull", False)),
                    _connector="OR",
                ),
                name="month_closed_with_results",
            ),
        ),
        migrations.AddIndex(
            model_name="again",
            index=models.Index(fields=["hub", "contact"], name="again_of_contact"),
        ),
        migrations.AddConstraint(
            model_name="again",
            constraint=models.UniqueConstraint(fields=("month", "place"), name="again_once_a_place"),
        ),
        migrations.AddConstraint(
            model_name="again",
            constraint=models.UniqueConstraint(fields=("month", "drawn_as"), name="again_once_a_month"),
        ),
        migrations.AddConstraint(
            model_name="again",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", None), ("returned__isnull", False)),
                    models.Q(("decision__isnull", False), ("returned", None)),
                    _connector="OR",
                ),
                name="again_of_a_decision_or_a_return",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewer",
            index=models.Index(fields=["staff", "hub"], name="reviewer_of_staff"),
        ),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.UniqueConstraint(fields=("copy", "staff"), name="reviewer_once_a_copy"),
        ),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended", ""), ("ended_at", None)),
                    models.Q(("ended_at__isnull", False), models.Q(("ended", ""), _negated=True)),
                    _connector="OR",
                ),
                name="reviewer_ends_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="redecided",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 4))), name="redecided_level_is_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="redecided",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="redecided_has_reasons"
            ),
        ),
        migrations.AddConstraint(
            model_name="redecided",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at_risk", False), models.Q(("at_risk_words", ""), _negated=True), _connector="OR"
                ),
                name="redecided_says_who_is_at_risk",
            ),
        ),
    ]
