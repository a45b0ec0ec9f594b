import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0024_calendar_in_an_email"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staff",
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
                blank=True,
                default=list,
                size=None,
            ),
        ),
    ]
