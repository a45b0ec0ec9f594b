"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import in_own_name, keeps_its_name

TABLES = (
    "basis",
    "capacity",
    "owner",
    "paused",
    "rating",
    "reading",
    "returned",
    "route",
    "threeparttest",
    "wishes",
)
FROM_THE_MESSAGE = "by_id IS NULL AND from_message"


class Migration(migrations.Migration):
    dependencies = [("triage", "0010_confirmation"), ("partnership", "0028_in_own_name")]

    operations = [
        *(in_own_name(f"triage_{one}") for one in TABLES),
        in_own_name("triage_agreement", also=FROM_THE_MESSAGE),
        in_own_name("triage_ground", also=FROM_THE_MESSAGE),
        in_own_name("triage_repeatreview", also="by_id IS NULL"),
        *(
            keeps_its_name(f"triage_{one}")
            for one in (
                "agreement",
                "episode",
                "episodecontact",
                "ground",
                "noted",
                "paused",
                "repeatreview",
                "returned",
            )
        ),
    ]
