"""Whom it went to, as the directory has them: a name, a school and an address need more room."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alongside", "0002_walls"),
    ]

    operations = [
        migrations.AlterField(
            model_name="happening",
            name="who",
            field=models.CharField(max_length=600),
        ),
    ]
