"""From when the clock of a contact counts whose decision was reopened for something new."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0008_clock_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="counts_from",
            field=models.DateTimeField(null=True),
        ),
    ]
