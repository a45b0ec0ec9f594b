"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name

TABLES = ("answer", "happened", "personsearch", "return", "risk", "view", "withheld")


class Migration(migrations.Migration):
    dependencies = [("check", "0008_wrapped_anew"), ("partnership", "0028_in_own_name")]

    operations = [
        *(in_own_name(f"check_{one}") for one in TABLES),
        keeps_its_name("check_happened"),
        keeps_its_name("check_draft", or_mine=True),
    ]
