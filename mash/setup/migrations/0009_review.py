import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("setup", "0008_how_people_are_recognised"),
    ]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="duties",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("screen", "Screen contacts"),
                        ("assess", "Decide as a social worker"),
                        ("decide", "Decide as the social care manager"),
                        ("approve", "Approve as a second person"),
                        ("answer", "Answer for an agency"),
                        ("clear", "Know what is sealed"),
                        ("release", "Release what is sealed"),
                        ("out_of_hours", "Out-of-hours duty"),
                        ("chair", "Chair the panel"),
                        ("grade", "Grade referrals"),
                        ("review", "Decide again, blind"),
                        ("train", "Train"),
                        ("manage", "Manage the hub"),
                        ("analyse", "Analyse"),
                        ("audit", "Audit"),
                        ("administer", "Set up the hub"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
    ]
