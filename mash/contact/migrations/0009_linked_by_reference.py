"""A message that gives the reference of advice is linked when it comes, in nobody's name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contact", "0008_night")]

    operations = [
        migrations.AlterField(
            model_name="consultationlink",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partnership.staff",
            ),
        ),
    ]
