"""Letters to families, and their walls."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, at_desk, child_of, frozen, protect

CHANGES = {  # all that is ever changed; words and what was recorded are not among it
    "decision_letter": "state, look_again_on, taken_back_by_id, taken_back_at, taken_back_why",
    "decision_clearing": "second_by_id, second_at, second_agreed, second_why",
}
OF_A_LETTER = ["letterversion", "clearing", "given"]


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
        ("contact", "0003_consultations"),
        ("decision", "0002_walls"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clearing",
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
                ("who_receives", models.CharField(max_length=240)),
                (
                    "safe_method",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("call_to_safe_number", "A call to a number known to be safe"),
                            ("handed_over_by_a_worker_they_trust", "Handed over by a worker they trust"),
                            ("post_to_safe_address", "By post to an address known to be safe"),
                            ("secure_message", "By secure e-mail"),
                            ("no_safe_way", "There is no safe way"),
                        ],
                        max_length=40,
                    ),
                ),
                ("safe_because", models.TextField()),
                ("language", models.CharField(max_length=240)),
                ("must_not_see", models.TextField()),
                (
                    "must_not_see_people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("told_what_already", models.TextField()),
                ("warnings", models.JSONField(default=list)),
                ("circumstances", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("second_at", models.DateTimeField(null=True)),
                ("second_agreed", models.BooleanField(null=True)),
                ("second_why", models.TextField(blank=True)),
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
                (
                    "second_by",
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
            name="Letter",
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
                ("template", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft: nobody has cleared it"),
                            ("no_way", "No safe way: nothing goes"),
                            ("cleared", "Cleared by its worker: a second person must read it"),
                            ("ready", "Cleared and read: it may be given"),
                            ("given", "Given"),
                            ("back", "Taken back"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("look_again_on", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_why", models.CharField(blank=True, max_length=240)),
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
                        related_name="letters",
                        to="contact.contact",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="decision.decision",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contact.contactperson",
                    ),
                ),
                (
                    "taken_back_by",
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
            name="Given",
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
                    "how",
                    models.CharField(
                        choices=[
                            ("by_hand", "Given by hand"),
                            ("read_out", "Read out to them"),
                            ("posted", "Posted"),
                            ("secure_email", "Sent by secure e-mail"),
                            ("called", "Told by telephone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("what_they_said", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "clearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decision.clearing"
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given",
                        to="decision.letter",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="clearing",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="clearings", to="decision.letter"
            ),
        ),
        migrations.CreateModel(
            name="LetterVersion",
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
                ("number", models.PositiveSmallIntegerField()),
                ("gaps", models.JSONField(default=dict)),
                ("words", models.TextField()),
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
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="decision.letter",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clearing",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decision.letterversion"
            ),
        ),
        migrations.CreateModel(
            name="LetterWords",
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
                ("name", models.CharField(max_length=40)),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
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
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.hub"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "letter words",
            },
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state__in", ["draft", "no_way", "cleared"])),
                fields=["hub", "at"],
                name="letter_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "back"), _negated=True),
                fields=("decision", "recipient", "template"),
                name="letter_one_for_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "no_way"), _negated=True),
                    ("look_again_on__isnull", False),
                    _connector="OR",
                ),
                name="letter_is_looked_at_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "back"), _negated=True),
                    models.Q(("taken_back_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="letter_taken_back_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterversion",
            constraint=models.UniqueConstraint(fields=("letter", "number"), name="letter_version_once"),
        ),
        migrations.AddConstraint(
            model_name="clearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by", None),
                    models.Q(("second_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="clearing_read_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="clearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("who_receives", ""), _negated=True),
                    models.Q(("safe_because", ""), _negated=True),
                    models.Q(("language", ""), _negated=True),
                    models.Q(("must_not_see", ""), _negated=True),
                    models.Q(("told_what_already", ""), _negated=True),
                ),
                name="clearing_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="clearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("second_agreed", False), _negated=True),
                    models.Q(("second_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="clearing_sent_back_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="letterwords",
            index=models.Index(fields=["hub", "name", "-at"], name="letter_words_newest"),
        ),
        protect(
            "decision_letter",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {child_of('contact_contact', 'contact_id', 'decision_letter')} AND "
            + child_of("decision_decision", "decision_id", "decision_letter"),
        ),
        *[
            protect(
                f"decision_{table}",
                using=f"{AT_MY_DESK} AND {child_of('decision_letter', 'letter_id', f'decision_{table}')}",
            )
            for table in OF_A_LETTER
        ],
        protect("decision_letterwords", using=AT_MY_DESK),
        *[frozen(f"decision_{table}") for table in ("letterversion", "given", "letterwords")],
        *[frozen_but(table, columns) for table, columns in CHANGES.items()],
    ]
