"""Nobody adds a row here in another's name."""

from django.db import migrations

from mash.common.rls import ME, in_own_name

SAID_BY_THE_REFERRER = (
    f"by_id IS NULL AND ({ME} IS NULL OR contact_id = ANY ((SELECT identity.my_sent())::uuid[]))"
)
RECEIPT = "by_id IS NULL AND kind = 'received'"


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0016_words_of_a_system"),
        ("partnership", "0028_in_own_name"),
        ("systems", "0002_walls"),
    ]

    operations = [
        in_own_name("contact_consultation"),
        in_own_name("contact_settlement"),
        in_own_name("contact_addition", also=SAID_BY_THE_REFERRER),
        in_own_name("contact_consultationlink", also="by_id IS NULL"),
        in_own_name("contact_reply", also=RECEIPT),
    ]
