"""In a contact about a child and an adult an outcome is proposed for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("triage", "0005_night")]

    operations = [
        migrations.AddField(
            model_name="route",
            name="for_adult",
            field=models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
    ]
