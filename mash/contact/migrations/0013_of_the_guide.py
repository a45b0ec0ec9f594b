"""Which question of the hub's guide was asked: said with the advice, or later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0012_looked"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="guide",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (guide) ON contact_consultation TO mash_app, mash_worker",
            "REVOKE UPDATE (guide) ON contact_consultation FROM mash_app, mash_worker",
        ),
    ]
