"""Which logo a hub shows, and what it says for those who do not see it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnership", "0009_tallies")]

    operations = [
        migrations.AddField(
            model_name="hub",
            name="logo",
            field=models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="hub",
            name="logo_alt",
            field=models.CharField(blank=True, max_length=120, default=""),
            preserve_default=False,
        ),
    ]
