"""An edition's words are kept as they were written: jsonb puts the keys of a mapping in an order of its own."""

from django.db import migrations

import mash.setup.models


class Migration(migrations.Migration):
    dependencies = [("setup", "0002_walls")]

    operations = [
        migrations.AlterField("draft", "words", mash.setup.models.Words()),
        migrations.AlterField("edition", "words", mash.setup.models.Words()),
    ]
