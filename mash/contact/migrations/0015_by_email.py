"""A contact can come of an e-mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0014_told_of_a_disagreement"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="channel",
            field=models.CharField(
                choices=[
                    ("file", "File"),
                    ("telephone", "Telephone"),
                    ("form", "Form"),
                    ("api", "Another system"),
                    ("email", "E-mail"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="disputed",
            name="channel",
            field=models.CharField(
                choices=[
                    ("file", "File"),
                    ("telephone", "Telephone"),
                    ("form", "Form"),
                    ("api", "Another system"),
                    ("email", "E-mail"),
                ],
                max_length=10,
            ),
        ),
    ]
