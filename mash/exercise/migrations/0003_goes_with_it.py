"""What came to `quality` meanwhile goes with an exercise too."""

from django.db import migrations

from mash.common.rls import goes_with_an_exercise

TABLES = ("dip", "dipcard", "dipped", "earliershare", "hubtold", "raised", "raisedreminder", "review")


class Migration(migrations.Migration):
    dependencies = [("exercise", "0002_walls"), ("quality", "0008_walls_of_dips")]

    operations = [goes_with_an_exercise(f"quality_{one}") for one in TABLES]
