"""What came to `quality` meanwhile goes with an exercise too."""

from django.db import migrations
from django.db.migrations import RunSQL

from mash.common.rls import goes_with_an_exercise

TABLES = ("dip", "dipcard", "dipped", "earliershare", "hubtold", "raised", "raisedreminder", "review")


def unless_it_does(table: str) -> list[RunSQL]:
    """Return the operations for a table that was there before the walls of exercises, or not."""
    before = RunSQL(f"DROP POLICY IF EXISTS {table}_exercise_goes ON {table};", RunSQL.noop)
    return [before, goes_with_an_exercise(table)]


class Migration(migrations.Migration):
    dependencies = [("exercise", "0002_walls"), ("quality", "0008_walls_of_dips")]

    operations = [one for name in TABLES for one in unless_it_does(f"quality_{name}")]
