"""An e-mail may carry an invitation for a calendar."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnership", "0023_closures_go_by_set_up")]

    operations = [
        migrations.AddField(
            model_name="email", name="calendar", field=models.TextField(blank=True, default="")
        ),
    ]
