"""Nobody adds a row here in another's name, and what was written stays in the name of who wrote it."""

from django.db import migrations

from mash.common.rls import ME, in_own_name, keeps_its_name

SECONDED = (
    f"second_id = {ME} AND EXISTS (SELECT FROM setup_draft d WHERE d.hub_id = setup_edition.hub_id "
    "AND d.content = setup_edition.content AND d.asked_by_id = setup_edition.by_id)"
)
OF_SECONDED = (
    "EXISTS (SELECT FROM setup_edition e WHERE e.hub_id = setup_change.hub_id AND e.by_id = setup_change.by_id "
    f"AND e.second_id = {ME} AND e.at = setup_change.at)"
)


class Migration(migrations.Migration):
    dependencies = [("setup", "0010_systems"), ("partnership", "0028_in_own_name")]

    operations = [
        in_own_name("setup_draft"),
        in_own_name("setup_logo"),
        in_own_name("setup_change", also=OF_SECONDED),
        in_own_name("setup_edition", also=SECONDED),
        keeps_its_name("setup_draft", "asked_by_id", or_mine=True),
        keeps_its_name("setup_draft", or_mine=True),
    ]
