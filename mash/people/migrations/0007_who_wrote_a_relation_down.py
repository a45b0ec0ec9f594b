import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0026_hub_of_an_exercise"),
        ("people", "0006_how_many_are_on_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="relationship",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partnership.staff",
            ),
        ),
    ]
