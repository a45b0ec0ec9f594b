"""Whether a post works nights alone, for the walls of whatever belongs to a contact."""

from pathlib import Path

from django.db import migrations

FUNCTIONS = Path(__file__).parent.parent / "identity_3.sql"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0007_codes_for_passwords")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS.read_text(),
            "DROP FUNCTION identity.my_night(); DROP FUNCTION identity.works_nights();",
        ),
    ]
