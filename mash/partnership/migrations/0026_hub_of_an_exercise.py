"""A hub may be there for one exercise of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnership", "0025_review")]

    operations = [
        migrations.AddField(
            model_name="hub",
            name="exercise_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exercises",
                to="partnership.hub",
            ),
        ),
        migrations.AddConstraint(
            model_name="hub",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("exercise_for", None),
                    models.Q(("is_training", True), ("practises_for", None)),
                    _connector="OR",
                ),
                name="hub_of_an_exercise_is_for_training",
            ),
        ),
    ]
