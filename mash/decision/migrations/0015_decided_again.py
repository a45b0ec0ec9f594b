from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decision", "0014_key_adults"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reopening",
            name="kind",
            field=models.CharField(
                choices=[
                    ("news", "Something new is known"),
                    ("wrong", "The decision was wrong, or something was overlooked"),
                    ("back", "The receiving service passed it back"),
                    ("again", "Two others decided it again, and found it wrong"),
                ],
                max_length=8,
            ),
        ),
    ]
