"""A closed check can open again, and says whom it let go when it closed."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, child_of, frozen, protect

LET_GO = """
    UPDATE check_enquiry SET let_go_at = closed.closed_at FROM check_check closed
    WHERE closed.id = check_enquiry.check_asked_id AND closed.closed_at IS NOT NULL AND withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM check_return r WHERE r.enquiry_id = check_enquiry.id AND NOT r.part)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("check", "0004_walls_of_passing"),
        ("partnership", "0003_services_and_queue"),
    ]

    operations = [
        migrations.AddField(
            model_name="enquiry",
            name="let_go_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Reopened",
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
                ("closed_at", models.DateTimeField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.staff"
                    ),
                ),
                (
                    "check_asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="check.check",
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
            options={
                "verbose_name_plural": "reopened",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_asked", "closed_at"), name="reopened_once_a_closing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="reopened_for_a_reason"
                    ),
                ],
            },
        ),
        protect(
            "check_reopened",
            using=f"{AT_MY_DESK} AND {child_of('check_check', 'check_asked_id', 'check_reopened')}",
        ),
        frozen("check_reopened"),
        migrations.RunSQL(LET_GO, migrations.RunSQL.noop),
    ]
