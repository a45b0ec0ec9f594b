"""What was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import keeps_its_name


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_read_by_who_manages"), ("partnership", "0028_in_own_name")]

    operations = [
        keeps_its_name("mail_mail"),
    ]
