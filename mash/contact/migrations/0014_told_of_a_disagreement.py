"""A referrer who has no post is told on their own page what became of their disagreement."""

from django.db import migrations, models

KINDS = (
    ("received", "Received, not yet read by a person"),
    ("acknowledged", "Read by a person"),
    ("check_opened", "Being checked with other agencies"),
    ("back_for_agreement", "Back to you: please speak with the family"),
    ("passed_on", "Passed to the allocated worker"),
    ("decided", "Decided"),
    ("disagreement", "About your disagreement"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0013_of_the_guide"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reply",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
    ]
