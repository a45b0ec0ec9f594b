"""A disagreement climbs: the agency whose it is, its stages, what was said at each, and how it ended."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AGENCY, AT_MY_DESK, BARS, DUTIES, IN_MY_HUBS, child_of, frozen, protect

OF_DECISION = child_of("decision_decision", "decision_id", "decision_dissent")
OF_CONTACT = child_of("contact_contact", "contact_id", "decision_dissent")
DESK = f"{AT_MY_DESK} AND {OF_DECISION}"
OWN = f"{IN_MY_HUBS} AND agency_id = {AGENCY} AND {DUTIES} && ARRAY['answer'] AND contact_id <> ALL ({BARS})"
ENDS = f"(outcome = 'withdrawn' OR ({AT_MY_DESK} AND {DUTIES} && ARRAY['decide','manage']))"
ANSWERS = f"(kind <> 'answer' OR {AT_MY_DESK})"


def child_wall(table, key, parent, also=""):
    """Let whoever sees the parent see this, and add to it; nobody changes a row."""
    seen = f"{IN_MY_HUBS} AND {child_of(parent, key, table)}"
    return [protect(table, using=seen, check=f"{seen} AND {also}" if also else ""), frozen(table)]


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0012_looked"),
        ("decision", "0011_passed_back"),
        ("partnership", "0023_closures_go_by_set_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="dissent",
            name="agency",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partnership.agency",
            ),
        ),
        migrations.AddField(
            model_name="dissent",
            name="contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dissents",
                to="contact.contact",
            ),
        ),
        migrations.AddField(
            model_name="dissent",
            name="reference",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.RunSQL(
            """
            UPDATE decision_dissent SET contact_id = d.contact_id, reference = c.reference
            FROM decision_decision d JOIN contact_contact c ON c.id = d.contact_id
            WHERE d.id = decision_dissent.decision_id;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="dissent",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dissents", to="contact.contact"
            ),
        ),
        migrations.AlterField(
            model_name="dissent",
            name="reference",
            field=models.CharField(max_length=20),
        ),
        migrations.AddField(
            model_name="dissent",
            name="urgent",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="DissentStage",
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
                ("place", models.CharField(max_length=40)),
                ("who", models.CharField(max_length=240)),
                ("why", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
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
                    "dissent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="decision.dissent",
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
            name="DissentWord",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("answer", "Answer"),
                            ("agrees", "Agrees with the answer"),
                            ("not", "Does not agree with the answer"),
                        ],
                        max_length=6,
                    ),
                ),
                ("who", models.CharField(max_length=160)),
                ("text", models.TextField()),
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
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="decision.dissentstage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DissentEnd",
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
                            ("stands", "The decision stands"),
                            ("changed", "The decision was changed"),
                            ("reopened", "The decision is reopened"),
                            ("withdrawn", "Withdrawn by whoever disagreed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                ("learning", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "dissent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="decision.dissent"
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
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="dissent_end_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "withdrawn"),
                            models.Q(("learning", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dissent_end_is_learnt_from",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="dissentstage",
            index=models.Index(fields=["due_at"], name="dissent_stage_due"),
        ),
        migrations.AddConstraint(
            model_name="dissentstage",
            constraint=models.UniqueConstraint(fields=("dissent", "number"), name="dissent_stage_once"),
        ),
        migrations.AddConstraint(
            model_name="dissentstage",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("at"))), name="dissent_stage_takes_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="dissentword",
            constraint=models.CheckConstraint(
                condition=models.Q(("who", ""), _negated=True), name="dissent_word_is_somebodys"
            ),
        ),
        migrations.AddConstraint(
            model_name="dissentword",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="dissent_word_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="dissentword",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "answer"), _negated=True),
                fields=("stage",),
                name="dissent_word_settles_once",
            ),
        ),
        migrations.RunSQL(
            f"""
            ALTER POLICY decision_dissent_wall ON decision_dissent
              USING (({DESK}) OR ({OWN})) WITH CHECK ({DESK} AND {OF_CONTACT});
            """,
            f"ALTER POLICY decision_dissent_wall ON decision_dissent USING ({DESK}) WITH CHECK ({DESK});",
        ),
        *child_wall("decision_dissentstage", "dissent_id", "decision_dissent"),
        *child_wall("decision_dissentword", "stage_id", "decision_dissentstage", ANSWERS),
        *child_wall("decision_dissentend", "dissent_id", "decision_dissent", ENDS),
    ]
