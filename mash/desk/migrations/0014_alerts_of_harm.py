"""Managers are alerted when something harmful was found in a file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0013_auditing"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clockalert",
            name="step",
            field=models.CharField(
                choices=[
                    ("50", "half of its time has gone"),
                    ("80", "four fifths of its time has gone"),
                    ("100", "all of its time has gone"),
                    ("danger", "the sender says that somebody is in danger now"),
                    ("again", "it was back with the referrer: look at it again"),
                    ("late", "it was back with the referrer, and nobody has looked at it again"),
                    ("opened", "somebody opened it in an emergency: say whether that was justified"),
                    ("harmful", "something harmful was found in a file that came with it"),
                ],
                max_length=8,
            ),
        ),
    ]
