"""Records that are taken apart again: whoever they were joined to is counted again too, and not only they."""

from django.db import migrations
from django.db.migrations import RunSQL


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_walls")]

    operations = [
        RunSQL(
            "CREATE TRIGGER insight_taken_apart AFTER UPDATE ON people_person REFERENCING OLD TABLE AS changed "
            "FOR EACH STATEMENT EXECUTE FUNCTION identity.insight_touch('hub_id', 'person', 'merged_into_id');",
            "DROP TRIGGER insight_taken_apart ON people_person;",
        )
    ]
