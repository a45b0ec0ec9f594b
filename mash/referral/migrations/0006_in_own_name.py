"""What was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import keeps_its_name


class Migration(migrations.Migration):
    dependencies = [("referral", "0005_wrapped_anew"), ("partnership", "0028_in_own_name")]

    operations = [
        keeps_its_name("referral_draft", "owner_id"),
    ]
