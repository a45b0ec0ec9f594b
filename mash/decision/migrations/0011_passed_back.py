"""That a service passed back whom a decision handed over: the contact returns to the line by whoever took the call."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, DUTIES, at_desk, at_night, child_of, not_at_night, protect

CHANGED = "undone_at, undone_by_id, undone_why"
HANDS_OVER = f"{DUTIES} && ARRAY['screen','assess','decide','manage']"
REOPENS = f"{DUTIES} && ARRAY['assess','decide','manage']"
OF_DECISION = child_of("decision_decision", "decision_id", "decision_reopening")


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0010_not_this_person"),
        ("decision", "0010_stands_alone"),
        ("partnership", "0015_restricted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reopening",
            name="kind",
            field=models.CharField(
                choices=[
                    ("news", "Something new is known"),
                    ("wrong", "The decision was wrong, or something was overlooked"),
                    ("back", "The receiving service passed it back"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="PassedBack",
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
                ("service", models.CharField(max_length=120)),
                ("said_by", models.CharField(max_length=160)),
                ("told_on", models.DateField()),
                ("reason", models.CharField(max_length=80)),
                ("words", models.TextField()),
                ("work_until", models.DateField(null=True)),
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
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_back",
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
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_back",
                        to="decision.outcome",
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
                "verbose_name_plural": "passed back",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("outcome",),
                        name="passed_back_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("service", ""), _negated=True),
                            models.Q(("said_by", ""), _negated=True),
                            models.Q(("words", ""), _negated=True),
                        ),
                        name="passed_back_by_somebody_who_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("undone_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="passed_back_undone_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            f"""
            ALTER POLICY decision_reopening_wall ON decision_reopening
              WITH CHECK ({AT_MY_DESK} AND ({REOPENS} OR (kind = 'back' AND {HANDS_OVER})) AND {OF_DECISION});
            """,
            f"""
            ALTER POLICY decision_reopening_wall ON decision_reopening
              WITH CHECK ({AT_MY_DESK} AND {REOPENS} AND {OF_DECISION});
            """,
        ),
        protect(
            "decision_passedback",
            using=at_desk(),
            check=f"{AT_MY_DESK} AND {HANDS_OVER} AND "
            f"{child_of('decision_outcome', 'outcome_id', 'decision_passedback')} AND "
            f"{child_of('contact_contact', 'contact_id', 'decision_passedback')}",
        ),
        migrations.RunSQL(
            f"""
            REVOKE UPDATE ON decision_passedback FROM mash_app, mash_worker;
            GRANT UPDATE ({CHANGED}) ON decision_passedback TO mash_app, mash_worker;
            """,
            f"""
            REVOKE UPDATE ({CHANGED}) ON decision_passedback FROM mash_app, mash_worker;
            GRANT UPDATE ON decision_passedback TO mash_app, mash_worker;
            """,
        ),
        at_night("decision_passedback"),
        not_at_night("decision_passedback"),
        not_at_night("decision_passedback", command="UPDATE"),
    ]
