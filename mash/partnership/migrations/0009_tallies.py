"""What every process counts together, and what is cleared when its time is up."""

from django.db import migrations, models

from mash.common.rls import deletable


def list_service(apps, schema_editor):
    """List it as the owner, who holds this table's own policy."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnership_service (name, reason) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            ["caretaker", "codes, counts and sessions that have ended are cleared"],
        )


class Migration(migrations.Migration):
    dependencies = [("partnership", "0008_nights")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "tallies",
                "indexes": [models.Index(fields=["until_at"], name="tally_oldest")],
            },
        ),
        deletable("partnership_tally"),
        deletable("partnership_referrercode"),
        migrations.RunPython(list_service, migrations.RunPython.noop),
    ]
