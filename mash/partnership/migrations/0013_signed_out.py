"""When every session of an account was ended at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnership", "0012_ledger_keeper")]

    operations = [
        migrations.AddField(
            model_name="account", name="signed_out_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
