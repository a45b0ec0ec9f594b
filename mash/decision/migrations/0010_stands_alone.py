"""What the list asks of the decisions that stand is answered by their index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decision", "0009_accepted")]

    operations = [
        migrations.RemoveIndex(model_name="decision", name="decision_stands"),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("made_at__isnull", False), ("turned_down_at", None)),
                fields=["hub", "contact"],
                include=("id",),
                name="decision_stands",
            ),
        ),
    ]
