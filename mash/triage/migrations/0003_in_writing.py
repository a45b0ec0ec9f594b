"""A hub may set how long the written form of a call may take."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0002_walls"),
    ]

    operations = [
        migrations.AlterField(
            model_name="target",
            name="stage",
            field=models.CharField(
                choices=[
                    ("triage", "Triage"),
                    ("agency_return", "Agency return"),
                    ("hub_decision", "Decision"),
                    ("feedback", "Answer to the referrer"),
                    ("written", "Written form after a call"),
                ],
                max_length=16,
            ),
        ),
    ]
