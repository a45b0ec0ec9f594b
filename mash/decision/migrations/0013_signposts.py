"""Services of the directory that are named with a decision, as they were called then."""

import django.db.models.deletion
from django.db import migrations, models

import mash.partnership.models
from mash.common.rls import AT_MY_DESK, child_of, frozen, protect

TABLE = "decision_signpost"
SEEN = f"{AT_MY_DESK} AND {child_of('decision_outcome', 'outcome_id', TABLE)}"


class Migration(migrations.Migration):
    dependencies = [
        ("decision", "0012_disagreements"),
        ("partnership", "0023_closures_go_by_set_up"),
    ]

    operations = [
        migrations.CreateModel(
            name="Signpost",
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
                ("service", models.UUIDField()),
                ("name", models.CharField(max_length=240)),
                ("organisation", models.CharField(blank=True, max_length=240)),
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
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signposts",
                        to="decision.outcome",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("outcome", "service"), name="signpost_once_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="signpost_is_called_something"
                    ),
                ],
            },
        ),
        protect(TABLE, using=SEEN),
        frozen(TABLE),
    ]
